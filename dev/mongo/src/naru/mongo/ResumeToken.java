package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;

/**
 * A position in the oplog, as clients hold it: {@code {_data: "82" + 16 hex digits of the timestamp + kind}}. The leading
 * byte and the timestamp sit where a real server has them, so code that reads the time out of a token finds it.
 *
 * @param timestamp seconds in the high half, counter in the low one
 * @param isInvalidate whether it stands for the end of a stream that follows a drop or rename
 */
record ResumeToken(long timestamp, boolean isInvalidate) {
    private static final String VERSION = "82";
    private static final String EVENT = "00";
    private static final String INVALIDATE = "FF";

    static ResumeToken at(long timestamp) {
        return new ResumeToken(timestamp, false);
    }

    static ResumeToken parse(Document token) {
        String data = String.valueOf(token.get("_data"));
        if (data.length() == 20 && data.startsWith(VERSION) && (data.endsWith(EVENT) || data.endsWith(INVALIDATE))) {
            try {
                return new ResumeToken(Long.parseUnsignedLong(data.substring(2, 18), 16), data.endsWith(INVALIDATE));
            } catch (NumberFormatException e) {
                // Not ours: said below.
            }
        }
        throw new MongoServerError(260, "InvalidResumeToken", "Bad resume token: _data of missing or of wrong type: " + data);
    }

    Document toDocument() {
        return new Document("_data", VERSION + String.format("%016X", timestamp) + (isInvalidate ? INVALIDATE : EVENT));
    }
}
