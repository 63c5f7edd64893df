package naru.mongo;

import de.bwaldvogel.mongo.bson.BsonRegularExpression;
import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a filter says about {@code _id}: a range of the index, or some points of it, and the rest of the filter. Without it
 * every chunk of a copy would search the whole collection, which no real server does.
 */
final class IdRange {
    private static final ValueOrder ORDER = ValueOrder.INSTANCE;
    private static final Set<String> COMPARISONS = Set.of("$gt", "$gte", "$lt", "$lte", "$eq", "$in");

    private Object lower;
    private boolean hasLower;
    private boolean lowerInclusive;
    private Object upper;
    private boolean hasUpper;
    private boolean upperInclusive;
    /** A comparison outside {@code $expr} only sees values of its own type. */
    private Integer onlyRank;
    private List<Object> points;
    private final Document rest = new Document();

    private IdRange() {}

    static IdRange of(Document filter) {
        IdRange range = new IdRange();
        range.read(filter, range.rest);
        return range;
    }

    boolean isBounded() {
        return hasLower || hasUpper || points != null;
    }

    /** The filter without the parts this range answers completely. */
    Document rest() {
        return rest;
    }

    List<Object> points() {
        return points;
    }

    boolean hasLower() {
        return hasLower;
    }

    Object lower() {
        return lower;
    }

    boolean hasUpper() {
        return hasUpper;
    }

    Object upper() {
        return upper;
    }

    boolean contains(Object id) {
        if (onlyRank != null && ValueOrder.rank(id) != onlyRank) {
            return false;
        }
        if (hasLower) {
            int order = ORDER.compare(id, lower);
            if (order < 0 || order == 0 && !lowerInclusive) {
                return false;
            }
        }
        if (hasUpper) {
            int order = ORDER.compare(id, upper);
            return order < 0 || order == 0 && upperInclusive;
        }
        return true;
    }

    /** The bounds a cursor names directly: {@code min} is inclusive, {@code max} is not. */
    void narrow(Document min, Document max) {
        if (min != null) {
            raiseLower(min.get("_id"), true);
        }
        if (max != null) {
            sinkUpper(max.get("_id"), false);
        }
    }

    private void read(Document filter, Document remaining) {
        for (Map.Entry<String, Object> clause : filter.entrySet()) {
            Object left = switch (clause.getKey()) {
                case "_id" -> readComparison(clause.getValue()) ? null : clause;
                case "$expr" -> takeExpression(clause.getValue());
                case "$and" -> readAll(clause.getValue());
                default -> clause;
            };
            if (left != null) {
                remaining.put(clause.getKey(), left == clause ? clause.getValue() : left);
            }
        }
    }

    private Object readAll(Object clauses) {
        if (!(clauses instanceof List<?> list) || list.isEmpty()) {
            return clauses;
        }
        List<Object> untaken = new ArrayList<>();
        for (Object clause : list) {
            if (!(clause instanceof Document document)) {
                return clauses;
            }
            Document left = new Document();
            read(document, left);
            if (!left.isEmpty()) {
                untaken.add(left);
            }
        }
        return untaken.isEmpty() ? null : untaken;
    }

    private boolean readComparison(Object condition) {
        if (!(condition instanceof Document operators) || operators.isEmpty()
            || !operators.keySet().iterator().next().startsWith("$")) {
            return !(condition instanceof BsonRegularExpression) && addPoints(Collections.singletonList(condition));
        }
        if (!COMPARISONS.containsAll(operators.keySet())) {
            return false;
        }
        boolean isTaken = true;
        for (Map.Entry<String, Object> operator : operators.entrySet()) {
            isTaken &= readOperator(operator.getKey(), operator.getValue());
        }
        return isTaken;
    }

    private boolean readOperator(String operator, Object value) {
        switch (operator) {
            case "$eq":
                return addPoints(Collections.singletonList(value));
            case "$in":
                List<Object> values = new ArrayList<>((List<?>) value);
                return values.stream().noneMatch(BsonRegularExpression.class::isInstance) && addPoints(values);
            case "$gt", "$gte":
                raiseLower(value, operator.equals("$gte"));
                break;
            default:
                sinkUpper(value, operator.equals("$lte"));
        }
        onlyRank = ValueOrder.rank(value);
        return true;
    }

    /**
     * Takes what it can of {@code {$gt: ["$_id", {$literal: v}]}} and its like, alone or in an {@code $and}; here values of
     * all types compare. Returns what is left of the expression, or null when it took all.
     */
    private Object takeExpression(Object expression) {
        if (!(expression instanceof Document document) || document.size() != 1) {
            return expression;
        }
        Map.Entry<String, Object> call = document.entrySet().iterator().next();
        if (!(call.getValue() instanceof List<?> arguments)) {
            return expression;
        }
        if (call.getKey().equals("$and")) {
            List<Object> left = new ArrayList<>();
            for (Object argument : arguments) {
                Object remainder = takeExpression(argument);
                if (remainder != null) {
                    left.add(remainder);
                }
            }
            return left.isEmpty() ? null : new Document("$and", left);
        }
        if (arguments.size() != 2 || !"$_id".equals(arguments.get(0)) || !isConstant(arguments.get(1))) {
            return expression;
        }
        Object value = arguments.get(1) instanceof Document literal ? literal.get("$literal") : arguments.get(1);
        switch (call.getKey()) {
            case "$gt", "$gte" -> raiseLower(value, call.getKey().equals("$gte"));
            case "$lt", "$lte" -> sinkUpper(value, call.getKey().equals("$lte"));
            default -> {
                return expression;
            }
        }
        return null;
    }

    private static boolean isConstant(Object argument) {
        if (argument instanceof Document document) {
            return document.size() == 1 && document.containsKey("$literal");
        }
        return !(argument instanceof List) && !(argument instanceof String text && text.startsWith("$"));
    }

    private void raiseLower(Object value, boolean inclusive) {
        int order = hasLower ? ORDER.compare(value, lower) : 1;
        if (order > 0 || order == 0 && !inclusive) {
            lower = value;
            lowerInclusive = inclusive;
            hasLower = true;
        }
    }

    private void sinkUpper(Object value, boolean inclusive) {
        int order = hasUpper ? ORDER.compare(value, upper) : -1;
        if (order < 0 || order == 0 && !inclusive) {
            upper = value;
            upperInclusive = inclusive;
            hasUpper = true;
        }
    }

    private boolean addPoints(List<Object> values) {
        if (points != null) {
            return false;
        }
        points = values;
        return true;
    }
}
