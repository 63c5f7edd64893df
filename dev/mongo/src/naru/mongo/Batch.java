package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/** The documents of one reply, encoded as they come, up to the bytes a reply may have. */
final class Batch {
    private static final int LIMIT_BYTES = 16 * 1024 * 1024;
    /** What the server allows itself beyond the 16 MB of a user's document. */
    private static final int SLACK_BYTES = 16 * 1024;

    private final BsonWriter writer = new BsonWriter(64 * 1024);
    private final int limit;
    private int count;

    /** @param limit the number of documents wanted, 0 for as many as fit */
    Batch(int limit) {
        this.limit = limit;
        writer.writeInt(0);
    }

    int count() {
        return count;
    }

    boolean isFull() {
        return limit > 0 && count >= limit;
    }

    /** Adds a document, or refuses it: then it belongs into the next batch. */
    boolean offer(Document document) {
        int before = writer.size();
        writer.writeField(Integer.toString(count), document);
        if (writer.size() - before > LIMIT_BYTES + SLACK_BYTES) {
            throw new MongoServerError(10334, "BSONObjectTooLarge",
                "BSONObj size: " + (writer.size() - before) + " is invalid. Size must be between 0 and 16793600(16MB)");
        }
        if (count > 0 && writer.size() > LIMIT_BYTES) {
            writer.truncate(before);
            return false;
        }
        count++;
        return true;
    }

    /** The array of a cursor reply. */
    Opaque toArray() {
        writer.writeByte(0);
        writer.setInt(0, writer.size());
        return new Opaque(BsonType.ARRAY, writer.toByteArray());
    }
}
