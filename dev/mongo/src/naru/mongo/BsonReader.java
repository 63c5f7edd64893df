package naru.mongo;

import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonJavaScript;
import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Decimal128;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.LegacyUUID;
import de.bwaldvogel.mongo.bson.MaxKey;
import de.bwaldvogel.mongo.bson.MinKey;
import de.bwaldvogel.mongo.bson.ObjectId;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Reads BSON documents into the engine's classes; what these cannot hold becomes {@link Opaque}. */
final class BsonReader {
    private final byte[] bytes;
    private final ByteBuffer buffer;

    BsonReader(byte[] bytes, int offset, int length) {
        this.bytes = bytes;
        this.buffer = ByteBuffer.wrap(bytes, offset, length).order(ByteOrder.LITTLE_ENDIAN);
    }

    boolean hasMore() {
        return buffer.hasRemaining();
    }

    int position() {
        return buffer.position();
    }

    byte readByte() {
        return buffer.get();
    }

    int readInt() {
        return buffer.getInt();
    }

    Document readDocument() {
        int end = buffer.position() + buffer.getInt();
        Document document = new Document();
        for (byte type = buffer.get(); type != 0; type = buffer.get()) {
            document.put(readCString(), readValue(type));
        }
        if (buffer.position() != end) {
            throw new IllegalArgumentException("A BSON document ends at byte " + buffer.position() + ", not at " + end);
        }
        return document;
    }

    String readCString() {
        int start = buffer.position();
        int end = start;
        while (bytes[end] != 0) {
            end++;
        }
        buffer.position(end + 1);
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    private Object readValue(byte type) {
        return switch (type) {
            case BsonType.DOUBLE -> buffer.getDouble();
            case BsonType.STRING -> readString();
            case BsonType.DOCUMENT -> readDocument();
            case BsonType.ARRAY -> readArray();
            case BsonType.BINARY -> readBinary();
            case BsonType.OBJECT_ID -> new ObjectId(readBytes(12));
            case BsonType.BOOLEAN -> buffer.get() != 0;
            case BsonType.DATE -> Instant.ofEpochMilli(buffer.getLong());
            case BsonType.NULL -> null;
            case BsonType.REGEX -> new BsonRegularExpression(readCString(), readCString());
            case BsonType.CODE -> new BsonJavaScript(readString());
            case BsonType.INT32 -> buffer.getInt();
            case BsonType.TIMESTAMP -> new BsonTimestamp(buffer.getLong());
            case BsonType.INT64 -> buffer.getLong();
            case BsonType.DECIMAL128 -> new Decimal128(buffer.getLong(), buffer.getLong());
            case BsonType.MAX_KEY -> MaxKey.getInstance();
            case BsonType.MIN_KEY -> MinKey.getInstance();
            case BsonType.UNDEFINED -> new Opaque(type, new byte[0]);
            case BsonType.SYMBOL -> new Opaque(type, readBytes(4 + peekInt()));
            case BsonType.DB_POINTER -> new Opaque(type, readBytes(4 + peekInt() + 12));
            case BsonType.CODE_WITH_SCOPE -> new Opaque(type, readBytes(peekInt()));
            default -> throw new IllegalArgumentException(String.format("Unknown BSON type 0x%02x", type));
        };
    }

    private String readString() {
        int length = buffer.getInt();
        String value = new String(bytes, buffer.position(), length - 1, StandardCharsets.UTF_8);
        buffer.position(buffer.position() + length);
        return value;
    }

    private List<Object> readArray() {
        buffer.getInt();
        List<Object> values = new ArrayList<>();
        for (byte type = buffer.get(); type != 0; type = buffer.get()) {
            while (buffer.get() != 0) {
                // The names of array elements are their indexes and say nothing.
            }
            values.add(readValue(type));
        }
        return values;
    }

    private Object readBinary() {
        int start = buffer.position();
        int length = buffer.getInt();
        byte subtype = buffer.get();
        if (subtype == BsonType.BINARY_GENERIC) {
            return new BinData(readBytes(length));
        }
        if (subtype == BsonType.BINARY_OLD_UUID && length == 16) {
            return new LegacyUUID(buffer.getLong(), buffer.getLong());
        }
        if (subtype == BsonType.BINARY_UUID && length == 16) {
            return new UUID(Long.reverseBytes(buffer.getLong()), Long.reverseBytes(buffer.getLong()));
        }
        buffer.position(start);
        return new Opaque(BsonType.BINARY, readBytes(5 + length));
    }

    private int peekInt() {
        return buffer.getInt(buffer.position());
    }

    private byte[] readBytes(int length) {
        byte[] value = new byte[length];
        buffer.get(value);
        return value;
    }
}
