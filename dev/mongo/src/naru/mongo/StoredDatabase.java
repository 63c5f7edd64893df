package naru.mongo;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractSynchronizedMongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.memory.index.MemoryUniqueIndex;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;

/** One database: collections that tell their changes, with an ordered index on {@code _id}. */
final class StoredDatabase extends AbstractSynchronizedMongoDatabase<Integer> {
    private final ChangeSink changes;
    private final Set<String> names = new ConcurrentSkipListSet<>();

    StoredDatabase(String name, CursorRegistry cursors, ChangeSink changes) {
        super(name, cursors);
        this.changes = changes;
        initializeNamespacesAndIndexes();
    }

    @Override
    protected StoredCollection openOrCreateCollection(String name, CollectionOptions options) {
        if (!name.startsWith("system.")) {
            names.add(name);
        }
        return new StoredCollection(this, name, options, cursorRegistry, changes);
    }

    /** The collections a client may see, in alphabetical order. */
    Collection<String> names() {
        return names;
    }

    @Override
    public void unregisterCollection(String name) {
        names.remove(name);
        super.unregisterCollection(name);
    }

    @Override
    public void moveCollection(MongoDatabase from, MongoCollection<?> collection, String newName) {
        super.moveCollection(from, collection, newName);
        names.add(newName);
    }

    @Override
    public StoredCollection resolveCollection(String name, boolean throwIfNotFound) {
        return (StoredCollection) super.resolveCollection(name, throwIfNotFound);
    }

    @Override
    protected Index<Integer> openOrCreateUniqueIndex(String collection, String index, List<IndexKey> keys, boolean sparse) {
        boolean isOnId = keys.size() == 1 && keys.get(0).getKey().equals("_id");
        return isOnId ? new IdIndex(index, keys) : new MemoryUniqueIndex(index, keys, sparse);
    }

    @Override
    protected long getStorageSize() {
        return 0;
    }

    @Override
    protected long getFileSize() {
        return 0;
    }
}
