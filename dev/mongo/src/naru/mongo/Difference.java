package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What an update changed, in the words of {@code updateDescription}: dotted paths set, removed, and arrays made shorter. */
final class Difference {
    private final Document updated = new Document();
    private final List<Object> removed = new ArrayList<>();
    private final List<Object> truncated = new ArrayList<>();

    private Difference() {}

    static Document describe(Document before, Document after) {
        Difference difference = new Difference();
        difference.compareDocuments("", before, after);
        return new Document("updatedFields", difference.updated)
            .append("removedFields", difference.removed)
            .append("truncatedArrays", difference.truncated);
    }

    private void compareDocuments(String path, Document before, Document after) {
        for (String name : before.keySet()) {
            if (!after.containsKey(name)) {
                removed.add(path + name);
            }
        }
        for (Map.Entry<String, Object> field : after.entrySet()) {
            String name = field.getKey();
            if (before.containsKey(name)) {
                compareValues(path + name, before.get(name), field.getValue());
            } else {
                updated.put(path + name, field.getValue());
            }
        }
    }

    private void compareArrays(String path, List<?> before, List<?> after) {
        if (after.size() < before.size()) {
            truncated.add(new Document("field", path).append("newSize", after.size()));
        }
        for (int i = 0; i < after.size(); i++) {
            if (i < before.size()) {
                compareValues(path + "." + i, before.get(i), after.get(i));
            } else {
                updated.put(path + "." + i, after.get(i));
            }
        }
    }

    private void compareValues(String path, Object before, Object after) {
        if (before instanceof Document old && after instanceof Document document) {
            compareDocuments(path + ".", old, document);
        } else if (before instanceof List<?> old && after instanceof List<?> list) {
            compareArrays(path, old, list);
        } else if (!isSame(before, after)) {
            updated.put(path, after);
        }
    }

    /** 1 and 1L are equal to a query, but not to who reads the change. */
    private static boolean isSame(Object before, Object after) {
        return before == null ? after == null : before.equals(after);
    }
}
