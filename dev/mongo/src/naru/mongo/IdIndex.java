package naru.mongo;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.DuplicateKeyError;
import de.bwaldvogel.mongo.backend.KeyValue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;

/** The unique index on {@code _id}, in MongoDB's order. Guarded by the lock of its collection. */
final class IdIndex extends Index<Integer> {
    private final TreeMap<Object, Integer> positions = new TreeMap<>(ValueOrder.INSTANCE);

    IdIndex(String name, List<IndexKey> keys) {
        super(name, keys, false);
    }

    /** Every position in the range, in the order of {@code _id}. */
    Collection<Integer> positionsIn(IdRange range, boolean descending) {
        if (range.points() != null) {
            return positionsOf(range, descending);
        }
        NavigableMap<Object, Integer> part = positions;
        if (range.hasLower()) {
            part = part.tailMap(range.lower(), true);
        }
        if (range.hasUpper()) {
            if (range.hasLower() && ValueOrder.INSTANCE.compare(range.lower(), range.upper()) > 0) {
                return List.of();
            }
            part = part.headMap(range.upper(), true);
        }
        return descending ? part.descendingMap().values() : part.values();
    }

    /** The entries after (or, descending, before) the given id; from the first when there is none yet. */
    NavigableMap<Object, Integer> beyond(Object id, boolean isFirst, IdRange range, boolean descending) {
        NavigableMap<Object, Integer> part = positions;
        if (descending) {
            if (!isFirst) {
                part = part.headMap(id, false);
            } else if (range.hasUpper()) {
                part = part.headMap(range.upper(), true);
            }
            return part.descendingMap();
        }
        if (!isFirst) {
            return part.tailMap(id, false);
        }
        return range.hasLower() ? part.tailMap(range.lower(), true) : part;
    }

    private Collection<Integer> positionsOf(IdRange range, boolean descending) {
        TreeMap<Object, Integer> found = new TreeMap<>(ValueOrder.INSTANCE);
        for (Object point : range.points()) {
            Integer position = positions.get(point);
            if (position != null && range.contains(point)) {
                found.put(point, position);
            }
        }
        return descending ? found.descendingMap().values() : found.values();
    }

    @Override
    public Integer getPosition(Document document) {
        return positions.get(document.get("_id"));
    }

    @Override
    public void checkAdd(Document document, MongoCollection<Integer> collection) {
        if (positions.containsKey(document.get("_id"))) {
            throw new DuplicateKeyError(this, collection, getKeys(), new KeyValue(document.get("_id")));
        }
    }

    @Override
    public void add(Document document, Integer position, MongoCollection<Integer> collection) {
        positions.put(document.get("_id"), position);
    }

    @Override
    public Integer remove(Document document) {
        return positions.remove(document.get("_id"));
    }

    @Override
    public boolean canHandle(Document query) {
        return IdRange.of(query).isBounded();
    }

    @Override
    public Iterable<Integer> getPositions(Document query) {
        // A copy: the caller removes documents while it walks.
        return new ArrayList<>(positionsIn(IdRange.of(query), false));
    }

    @Override
    public long getCount() {
        return positions.size();
    }

    @Override
    public long getDataSize() {
        return positions.size() * 32L;
    }

    @Override
    public void checkUpdate(Document oldDocument, Document newDocument, MongoCollection<Integer> collection) {
        // An _id never changes: the engine refuses that before it asks here.
    }

    @Override
    public void updateInPlace(Document oldDocument, Document newDocument, Integer position, MongoCollection<Integer> collection) {
        // The same _id at the same position.
    }

    @Override
    public boolean isUnique() {
        return true;
    }

    @Override
    public void drop() {
        positions.clear();
    }

}
