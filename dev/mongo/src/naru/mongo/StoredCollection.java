package naru.mongo;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoCollection;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import de.bwaldvogel.mongo.oplog.Oplog;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * The documents of one collection, in the order they came and in the order of {@code _id}. A stored document is never
 * changed, only replaced, so readers and the oplog share it without copying and without a lock; the engine, which updates
 * in place, is given copies.
 */
final class StoredCollection extends AbstractSynchronizedMongoCollection<Integer> {
    /** Sizes are estimates from the first so many documents. */
    private static final int SIZE_SAMPLE = 1000;

    private final ChangeSink changes;
    private final TreeMap<Integer, Document> documents = new TreeMap<>();
    private int nextPosition;
    private IdIndex ids;
    /** Whether the update going on names a whole new document instead of operators. */
    private boolean isReplacing;

    StoredCollection(MongoDatabase database, String name, CollectionOptions options, CursorRegistry cursors, ChangeSink changes) {
        super(database, name, options, cursors);
        this.changes = changes;
    }

    /** Up to {@code count} documents after a position, in the order they came; fills {@code into} and returns the last position. */
    synchronized Integer natural(Integer after, boolean descending, int count, List<Document> into) {
        NavigableMap<Integer, Document> part = descending ? documents.descendingMap() : documents;
        if (after != null) {
            part = part.tailMap(after, false);
        }
        Integer last = after;
        for (Map.Entry<Integer, Document> entry : part.entrySet()) {
            last = entry.getKey();
            into.add(entry.getValue());
            if (into.size() >= count) {
                break;
            }
        }
        return last;
    }

    /** Up to {@code count} documents of a range of {@code _id}, in its order, after the given one. */
    synchronized List<Document> byId(IdRange range, Document after, boolean descending, int count) {
        List<Document> found = new ArrayList<>();
        if (ids == null) {
            return found;
        }
        if (range.points() != null) {
            if (after == null) {
                ids.positionsIn(range, descending).forEach(position -> found.add(documents.get(position)));
            }
            return found;
        }
        Object from = after == null ? null : after.get("_id");
        for (Map.Entry<Object, Integer> entry : ids.beyond(from, after == null, range, descending).entrySet()) {
            if (range.contains(entry.getKey())) {
                found.add(documents.get(entry.getValue()));
            } else if (isPast(range, entry.getKey(), descending)) {
                break;
            }
            if (found.size() >= count) {
                break;
            }
        }
        return found;
    }

    private static boolean isPast(IdRange range, Object id, boolean descending) {
        return descending
            ? range.hasLower() && ValueOrder.INSTANCE.compare(id, range.lower()) < 0
            : range.hasUpper() && ValueOrder.INSTANCE.compare(id, range.upper()) > 0;
    }

    /**
     * Documents drawn at random, as {@code $sample} does: the whole collection in any order where it is small; otherwise by
     * walking to random places, so that one may come twice, as on a server.
     */
    synchronized List<Document> sample(int size) {
        if (documents.size() <= size) {
            List<Document> all = new ArrayList<>(documents.values());
            Collections.shuffle(all);
            return all;
        }
        List<Document> drawn = new ArrayList<>();
        int first = documents.firstKey();
        int last = documents.lastKey();
        for (int count = 0; count < size; count++) {
            int place = (int) ThreadLocalRandom.current().nextLong(first, last + 1L);
            drawn.add(documents.ceilingEntry(place).getValue());
        }
        return drawn;
    }

    /** The document of an id as it is now, or null. */
    synchronized Document find(Object id) {
        Integer position = ids == null ? null : ids.getPosition(new Document("_id", id));
        return position == null ? null : documents.get(position);
    }

    @Override
    public synchronized void addIndex(Index<Integer> index) {
        super.addIndex(index);
        if (index instanceof IdIndex added) {
            ids = added;
        }
    }

    @Override
    public synchronized Document updateDocuments(
            Document selector, Document update, ArrayFilters filters, boolean isMulti, boolean isUpsert, Oplog oplog) {
        isReplacing = isReplacement(update);
        return super.updateDocuments(selector, update, filters, isMulti, isUpsert, NoopOplog.get());
    }

    @Override
    public synchronized Document findAndModify(Document query) {
        isReplacing = query.get("update") instanceof Document update && isReplacement(update);
        return super.findAndModify(query);
    }

    private static boolean isReplacement(Document update) {
        return update.isEmpty() || !update.keySet().iterator().next().startsWith("$");
    }

    @Override
    protected Integer addDocumentInternal(Document document) {
        Integer position = nextPosition++;
        Document stored = idFirst(document);
        documents.put(position, stored);
        if (isObserved()) {
            changes.inserted(getDatabaseName(), getCollectionName(), stored);
        }
        return position;
    }

    /** The server moves {@code _id} to the front of what it stores. */
    private static Document idFirst(Document document) {
        if (!document.containsKey("_id") || document.keySet().iterator().next().equals("_id")) {
            return document;
        }
        Document ordered = new Document("_id", document.get("_id"));
        document.forEach(ordered::putIfAbsent);
        return ordered;
    }

    @Override
    protected void handleUpdate(Integer position, Document before, Document after) {
        Document stored = idFirst(after.clone());
        documents.put(position, stored);
        if (!isObserved()) {
            return;
        }
        if (isReplacing) {
            changes.replaced(getDatabaseName(), getCollectionName(), stored);
        } else {
            changes.updated(getDatabaseName(), getCollectionName(), before, stored);
        }
    }

    @Override
    protected void removeDocument(Integer position) {
        Document removed = documents.remove(position);
        if (isObserved()) {
            changes.deleted(getDatabaseName(), getCollectionName(), removed.get("_id"));
        }
    }

    @Override
    public synchronized void drop() {
        super.drop();
        documents.clear();
        if (isObserved()) {
            changes.dropped(getDatabaseName(), getCollectionName());
        }
    }

    private boolean isObserved() {
        return ids != null;
    }

    @Override
    protected QueryResult matchDocuments(
            Document query, Document orderBy, int skip, int limit, int batchSize, Document fields) {
        Stream<Document> all = isNaturalDescending(orderBy)
            ? documents.descendingMap().values().stream()
            : documents.values().stream();
        return matchDocumentsFromStream(all.map(Document::clone), query, orderBy, skip, limit, batchSize, fields);
    }

    @Override
    protected Document getDocument(Integer position) {
        return documents.get(position).clone();
    }

    @Override
    protected Integer findDocumentPosition(Document document) {
        return documents.entrySet().stream()
            .filter(entry -> entry.getValue().equals(document))
            .map(Map.Entry::getKey)
            .findFirst()
            .orElse(null);
    }

    @Override
    protected Stream<DocumentWithPosition<Integer>> streamAllDocumentsWithPosition() {
        return documents.entrySet().stream().map(entry -> new DocumentWithPosition<>(entry.getValue(), entry.getKey()));
    }

    @Override
    public synchronized int count() {
        return documents.size();
    }

    @Override
    public synchronized boolean isEmpty() {
        return documents.isEmpty();
    }

    /** The engine would measure with its own codec, which does not know every type. */
    @Override
    protected boolean tracksDataSize() {
        return false;
    }

    @Override
    protected void updateDataSize(int delta) {
        // Never called: sizes are not tracked.
    }

    @Override
    protected synchronized int getDataSize() {
        return documents.values().stream().limit(SIZE_SAMPLE).mapToInt(BsonWriter::sizeOf).sum()
            / Math.max(1, Math.min(SIZE_SAMPLE, documents.size())) * documents.size();
    }
}
