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
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * The order MongoDB gives to values of all types. The engine's own comparator takes 1 and 1.5 for equal, which would lose
 * documents in a copy that walks along {@code _id}.
 */
final class ValueOrder implements Comparator<Object> {
    static final ValueOrder INSTANCE = new ValueOrder();

    private static final int NUMBER = 2;
    private static final int STRING = 3;
    private static final int DOCUMENT = 4;
    private static final int ARRAY = 5;
    private static final int BINARY = 6;

    private ValueOrder() {}

    /** The class of types a value sorts within: all numbers are one, all binaries are one. */
    static int rank(Object value) {
        if (value instanceof MinKey) {
            return 0;
        } else if (value == null) {
            return 1;
        } else if (value instanceof Number) {
            return NUMBER;
        } else if (value instanceof String) {
            return STRING;
        } else if (value instanceof Document) {
            return DOCUMENT;
        } else if (value instanceof List) {
            return ARRAY;
        } else if (value instanceof BinData || value instanceof UUID || value instanceof LegacyUUID) {
            return BINARY;
        } else if (value instanceof ObjectId) {
            return 7;
        } else if (value instanceof Boolean) {
            return 8;
        } else if (value instanceof Instant) {
            return 9;
        } else if (value instanceof BsonTimestamp) {
            return 10;
        } else if (value instanceof BsonRegularExpression) {
            return 11;
        } else if (value instanceof BsonJavaScript) {
            return 13;
        } else if (value instanceof MaxKey) {
            return 15;
        } else if (value instanceof Opaque opaque) {
            return rankOfOpaque(opaque);
        }
        throw new IllegalArgumentException("No order for " + value.getClass());
    }

    @Override
    public int compare(Object left, Object right) {
        int rank = rank(left);
        int byRank = Integer.compare(rank, rank(right));
        if (byRank != 0 || left == right) {
            return byRank;
        }
        return switch (rank) {
            case NUMBER -> compareNumbers((Number) left, (Number) right);
            case STRING -> Arrays.compareUnsigned(utf8(left), utf8(right));
            case DOCUMENT -> compareDocuments((Document) left, (Document) right);
            case ARRAY -> compareArrays((List<?>) left, (List<?>) right);
            case BINARY -> compareBinaries(left, right);
            default -> compareSimple(left, right);
        };
    }

    private static int rankOfOpaque(Opaque opaque) {
        return switch (opaque.type()) {
            case BsonType.UNDEFINED -> 1;
            case BsonType.SYMBOL -> STRING;
            case BsonType.BINARY -> BINARY;
            case BsonType.DB_POINTER -> 12;
            default -> 14;
        };
    }

    private int compareSimple(Object left, Object right) {
        if (left instanceof ObjectId id) {
            return id.compareTo((ObjectId) right);
        } else if (left instanceof Boolean flag) {
            return flag.compareTo((Boolean) right);
        } else if (left instanceof Instant instant) {
            return instant.compareTo((Instant) right);
        } else if (left instanceof BsonTimestamp timestamp) {
            return timestamp.compareTo((BsonTimestamp) right);
        } else if (left instanceof BsonRegularExpression regex) {
            BsonRegularExpression other = (BsonRegularExpression) right;
            int byPattern = regex.getPattern().compareTo(other.getPattern());
            return byPattern != 0 ? byPattern : regex.getOptions().compareTo(other.getOptions());
        } else if (left instanceof BsonJavaScript code) {
            return code.getCode().compareTo(((BsonJavaScript) right).getCode());
        } else if (left instanceof Opaque opaque && right instanceof Opaque other) {
            return Arrays.compareUnsigned(opaque.body(), other.body());
        }
        return 0;
    }

    private static int compareNumbers(Number left, Number right) {
        if (isWhole(left) && isWhole(right)) {
            return Long.compare(left.longValue(), right.longValue());
        }
        int byExtreme = Integer.compare(extreme(left), extreme(right));
        if (byExtreme != 0 || extreme(left) != 0) {
            return byExtreme;
        }
        return exact(left).compareTo(exact(right));
    }

    private static boolean isWhole(Number number) {
        return number instanceof Integer || number instanceof Long;
    }

    /** NaN sorts before every number, infinities at either end; 0 for an ordinary number. */
    private static int extreme(Number number) {
        double value = number.doubleValue();
        if (number instanceof Decimal128 decimal && !decimal.toString().endsWith("Infinity") && !Double.isNaN(value)) {
            return 0;
        }
        if (Double.isNaN(value)) {
            return -2;
        }
        return Double.isInfinite(value) ? (value > 0 ? 1 : -1) : 0;
    }

    private static BigDecimal exact(Number number) {
        if (number instanceof Decimal128 decimal) {
            // Minus zero has no counterpart and equals zero.
            return decimal.equals(Decimal128.NEGATIVE_ZERO) ? BigDecimal.ZERO : decimal.toBigDecimal();
        }
        return isWhole(number) ? BigDecimal.valueOf(number.longValue()) : new BigDecimal(number.doubleValue());
    }

    private static byte[] utf8(Object value) {
        if (value instanceof Opaque symbol) {
            return Arrays.copyOfRange(symbol.body(), 4, symbol.body().length - 1);
        }
        return ((String) value).getBytes(StandardCharsets.UTF_8);
    }

    private int compareDocuments(Document left, Document right) {
        Iterator<Map.Entry<String, Object>> others = right.entrySet().iterator();
        for (Map.Entry<String, Object> field : left.entrySet()) {
            if (!others.hasNext()) {
                return 1;
            }
            Map.Entry<String, Object> other = others.next();
            int order = Integer.compare(rank(field.getValue()), rank(other.getValue()));
            if (order == 0) {
                order = Arrays.compareUnsigned(utf8(field.getKey()), utf8(other.getKey()));
            }
            if (order == 0) {
                order = compare(field.getValue(), other.getValue());
            }
            if (order != 0) {
                return order;
            }
        }
        return others.hasNext() ? -1 : 0;
    }

    private int compareArrays(List<?> left, List<?> right) {
        for (int i = 0; i < Math.min(left.size(), right.size()); i++) {
            int order = compare(left.get(i), right.get(i));
            if (order != 0) {
                return order;
            }
        }
        return Integer.compare(left.size(), right.size());
    }

    /** Binaries sort by length, then subtype, then bytes. */
    private static int compareBinaries(Object left, Object right) {
        byte[] first = binary(left);
        byte[] second = binary(right);
        int byLength = Integer.compare(first.length, second.length);
        return byLength != 0 ? byLength : Arrays.compareUnsigned(first, 4, first.length, second, 4, second.length);
    }

    /** Length, subtype and bytes as BSON has them. */
    private static byte[] binary(Object value) {
        if (value instanceof Opaque opaque) {
            return opaque.body();
        }
        BsonWriter writer = new BsonWriter(64);
        writer.writeField("", value);
        byte[] field = writer.toByteArray();
        return Arrays.copyOfRange(field, 2, field.length);
    }
}
