package naru.mongo;

import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/** What there is: databases, collections, their sizes, and the oplog as a collection one can read. */
final class Catalogue {
    private static final List<String> OWN_DATABASES = List.of("admin", "config", "local");
    /** What the oplog may hold in bytes, for those who work out how long it reaches. */
    private static final long OPLOG_BYTES = 1024L * 1024 * 1024;

    private final EventLog log;

    Catalogue(EventLog log) {
        this.log = log;
    }

    /** @param databases every database that was ever named; the empty ones do not exist for a client */
    Document databases(Collection<StoredDatabase> databases, Document command) {
        List<Document> all = new ArrayList<>();
        OWN_DATABASES.forEach(name -> all.add(describe(name, 4096)));
        for (StoredDatabase database : databases) {
            if (!OWN_DATABASES.contains(database.getDatabaseName()) && !database.names().isEmpty()) {
                all.add(describe(database.getDatabaseName(), size(database)));
            }
        }
        all.sort((left, right) -> left.get("name").toString().compareTo(right.get("name").toString()));
        List<Document> shown = filtered(all, command);
        if (Boolean.TRUE.equals(command.get("nameOnly"))) {
            shown = shown.stream().map(database -> new Document("name", database.get("name"))).toList();
        }
        long total = shown.stream().mapToLong(d -> d.get("sizeOnDisk") instanceof Number n ? n.longValue() : 0).sum();
        return new Document("databases", shown).append("totalSize", total).append("ok", 1.0);
    }

    private static Document describe(String name, long size) {
        return new Document("name", name).append("sizeOnDisk", Math.max(size, 4096L)).append("empty", false);
    }

    Iterator<Document> collections(StoredDatabase database, Document command) {
        List<Document> all = new ArrayList<>();
        for (String name : database.names()) {
            StoredCollection collection = database.resolveCollection(name, false);
            if (collection == null) {
                continue;
            }
            Document description = new Document("name", name).append("type", "collection");
            if (!Boolean.TRUE.equals(command.get("nameOnly"))) {
                description.append("options", new Document())
                    .append("info", new Document("readOnly", false).append("uuid", collection.getUuid()))
                    .append("idIndex", new Document("v", 2).append("key", new Document("_id", 1)).append("name", "_id_"));
            }
            all.add(description);
        }
        return filtered(all, command).iterator();
    }

    private static List<Document> filtered(List<Document> all, Document command) {
        if (!(command.get("filter") instanceof Document filter)) {
            return all;
        }
        DefaultQueryMatcher matcher = new DefaultQueryMatcher();
        return all.stream().filter(document -> matcher.matches(document, filter)).toList();
    }

    Document databaseStatistics(StoredDatabase database) {
        long count = 0;
        Collection<String> names = database.names();
        for (String name : names) {
            StoredCollection collection = database.resolveCollection(name, false);
            count += collection == null ? 0 : collection.count();
        }
        long size = size(database);
        return new Document("db", database.getDatabaseName())
            .append("collections", names.size())
            .append("views", 0)
            .append("objects", count)
            .append("avgObjSize", count == 0 ? 0.0 : (double) size / count)
            .append("dataSize", (double) size)
            .append("storageSize", (double) size)
            .append("indexes", names.size())
            .append("indexSize", 32.0 * count)
            .append("totalSize", size + 32.0 * count)
            .append("ok", 1.0);
    }

    Document collectionStatistics(String namespace, StoredCollection collection) {
        if (namespace.equals("local.oplog.rs")) {
            long count = log.all().size();
            return statistics(namespace, count, count * 512).append("capped", true).append("maxSize", OPLOG_BYTES).append("ok", 1.0);
        }
        long count = collection == null ? 0 : collection.count();
        return statistics(namespace, count, collection == null ? 0 : collection.getDataSize()).append("ok", 1.0);
    }

    /** The one document of the stage {@code $collStats}. */
    Document statisticsStage(String namespace, StoredCollection collection) {
        Document storage = collectionStatistics(namespace, collection);
        storage.remove("ok");
        return new Document("ns", namespace)
            .append("localTime", Instant.now())
            .append("storageStats", storage)
            .append("count", storage.get("count"));
    }

    private static Document statistics(String namespace, long count, long size) {
        Document statistics = new Document("ns", namespace).append("size", size).append("count", count);
        if (count > 0) {
            statistics.append("avgObjSize", size / count);
        }
        return statistics.append("storageSize", size).append("nindexes", 1).append("totalIndexSize", 32 * count);
    }

    private static long size(StoredDatabase database) {
        long size = 0;
        for (String name : database.names()) {
            StoredCollection collection = database.resolveCollection(name, false);
            size += collection == null ? 0 : collection.getDataSize();
        }
        return size;
    }

    /** The oplog as a client may read it; before the first event, the entry every replica set begins with. */
    Iterator<Document> oplogEntries(boolean isNewestFirst) {
        List<Document> entries = new ArrayList<>();
        List<Event> events = log.all();
        if (events.isEmpty()) {
            entries.add(entry(log.startedAt(), "n", ""));
        }
        for (Event event : events) {
            String kind = switch (event.operation()) {
                case "insert" -> "i";
                case "update", "replace" -> "u";
                case "delete" -> "d";
                default -> "c";
            };
            entries.add(entry(event.timestamp(), kind, event.database() + "." + (event.collection() == null ? "$cmd" : event.collection())));
        }
        if (isNewestFirst) {
            Collections.reverse(entries);
        }
        return entries.iterator();
    }

    private static Document entry(long timestamp, String kind, String namespace) {
        return new Document("ts", new BsonTimestamp(timestamp))
            .append("t", 1L)
            .append("v", 2L)
            .append("op", kind)
            .append("ns", namespace)
            .append("wall", Instant.ofEpochSecond(timestamp >>> 32))
            .append("o", new Document());
    }
}
