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
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;

/** Writes the engine's documents as BSON into one growing array. */
final class BsonWriter {
    private byte[] bytes;
    private int size;

    BsonWriter(int capacity) {
        bytes = new byte[capacity];
    }

    /** The number of bytes a document takes. */
    static int sizeOf(Document document) {
        BsonWriter writer = new BsonWriter(1024);
        writer.writeDocument(document);
        return writer.size;
    }

    int size() {
        return size;
    }

    byte[] toByteArray() {
        return Arrays.copyOf(bytes, size);
    }

    byte[] array() {
        return bytes;
    }

    /** Forgets everything after the given size. */
    void truncate(int newSize) {
        size = newSize;
    }

    void writeDocument(Map<String, ?> document) {
        int start = size;
        writeInt(0);
        for (Map.Entry<String, ?> field : document.entrySet()) {
            writeField(field.getKey(), field.getValue());
        }
        writeByte(0);
        setInt(start, size - start);
    }

    void writeField(String name, Object value) {
        int typeAt = size;
        writeByte(0);
        writeCString(name);
        byte type = writeValue(value);
        bytes[typeAt] = type;
    }

    void writeByte(int value) {
        reserve(1);
        bytes[size++] = (byte) value;
    }

    void writeInt(int value) {
        reserve(4);
        setInt(size, value);
        size += 4;
    }

    void setInt(int at, int value) {
        bytes[at] = (byte) value;
        bytes[at + 1] = (byte) (value >>> 8);
        bytes[at + 2] = (byte) (value >>> 16);
        bytes[at + 3] = (byte) (value >>> 24);
    }

    private byte writeValue(Object value) {
        if (value == null) {
            return BsonType.NULL;
        } else if (value instanceof String text) {
            writeString(text);
            return BsonType.STRING;
        } else if (value instanceof Document document) {
            writeDocument(document);
            return BsonType.DOCUMENT;
        } else if (value instanceof Integer number) {
            writeInt(number);
            return BsonType.INT32;
        } else if (value instanceof Collection<?> values) {
            writeArray(values);
            return BsonType.ARRAY;
        } else if (value instanceof Long number) {
            writeLong(number);
            return BsonType.INT64;
        } else if (value instanceof Double number) {
            writeLong(Double.doubleToRawLongBits(number));
            return BsonType.DOUBLE;
        } else if (value instanceof Boolean flag) {
            writeByte(flag ? 1 : 0);
            return BsonType.BOOLEAN;
        } else if (value instanceof ObjectId id) {
            writeBytes(id.toByteArray());
            return BsonType.OBJECT_ID;
        } else if (value instanceof Instant instant) {
            writeLong(instant.toEpochMilli());
            return BsonType.DATE;
        }
        return writeRareValue(value);
    }

    private byte writeRareValue(Object value) {
        if (value instanceof Opaque opaque) {
            writeBytes(opaque.body());
            return opaque.type();
        } else if (value instanceof Map<?, ?> map) {
            @SuppressWarnings("unchecked")
            Map<String, ?> document = (Map<String, ?>) map;
            writeDocument(document);
            return BsonType.DOCUMENT;
        } else if (value instanceof BsonTimestamp timestamp) {
            writeLong(timestamp.getValue());
            return BsonType.TIMESTAMP;
        } else if (value instanceof Decimal128 decimal) {
            writeLong(decimal.getLow());
            writeLong(decimal.getHigh());
            return BsonType.DECIMAL128;
        } else if (value instanceof BinData data) {
            writeBinaryHead(data.getData().length, BsonType.BINARY_GENERIC);
            writeBytes(data.getData());
            return BsonType.BINARY;
        } else if (value instanceof UUID uuid) {
            writeBinaryHead(16, BsonType.BINARY_UUID);
            writeLong(Long.reverseBytes(uuid.getMostSignificantBits()));
            writeLong(Long.reverseBytes(uuid.getLeastSignificantBits()));
            return BsonType.BINARY;
        } else if (value instanceof LegacyUUID legacy) {
            writeBinaryHead(16, BsonType.BINARY_OLD_UUID);
            writeLong(legacy.getUuid().getMostSignificantBits());
            writeLong(legacy.getUuid().getLeastSignificantBits());
            return BsonType.BINARY;
        } else if (value instanceof BsonRegularExpression regex) {
            writeCString(regex.getPattern());
            writeCString(regex.getOptions() == null ? "" : regex.getOptions());
            return BsonType.REGEX;
        } else if (value instanceof BsonJavaScript code) {
            writeString(code.getCode());
            return BsonType.CODE;
        } else if (value instanceof MinKey) {
            return BsonType.MIN_KEY;
        } else if (value instanceof MaxKey) {
            return BsonType.MAX_KEY;
        } else if (value instanceof Float number) {
            writeLong(Double.doubleToRawLongBits(number.doubleValue()));
            return BsonType.DOUBLE;
        }
        throw new IllegalArgumentException("No BSON type for " + value.getClass());
    }

    private void writeArray(Collection<?> values) {
        int start = size;
        writeInt(0);
        int index = 0;
        for (Object value : values) {
            writeField(Integer.toString(index++), value);
        }
        writeByte(0);
        setInt(start, size - start);
    }

    private void writeBinaryHead(int length, byte subtype) {
        writeInt(length);
        writeByte(subtype);
    }

    private void writeString(String text) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        writeInt(utf8.length + 1);
        writeBytes(utf8);
        writeByte(0);
    }

    private void writeCString(String text) {
        writeBytes(text.getBytes(StandardCharsets.UTF_8));
        writeByte(0);
    }

    private void writeLong(long value) {
        writeInt((int) value);
        writeInt((int) (value >>> 32));
    }

    private void writeBytes(byte[] value) {
        reserve(value.length);
        System.arraycopy(value, 0, bytes, size, value.length);
        size += value.length;
    }

    private void reserve(int count) {
        if (size + count > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + count));
        }
    }
}
