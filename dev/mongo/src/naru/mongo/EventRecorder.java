package naru.mongo;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import java.time.Instant;

/** Turns changes into change events, with the fields in the order a server has them, and puts them into the log. */
final class EventRecorder implements ChangeSink {
    private final EventLog log;

    EventRecorder(EventLog log) {
        this.log = log;
    }

    @Override
    public void inserted(String database, String collection, Document document) {
        record(database, collection, "insert", document.get("_id"), document, null);
    }

    @Override
    public void updated(String database, String collection, Document before, Document after) {
        Document description = new Document("updateDescription", Difference.describe(before, after));
        record(database, collection, "update", after.get("_id"), null, description);
    }

    @Override
    public void replaced(String database, String collection, Document after) {
        record(database, collection, "replace", after.get("_id"), after, null);
    }

    @Override
    public void deleted(String database, String collection, Object id) {
        record(database, collection, "delete", id, null, null);
    }

    @Override
    public void dropped(String database, String collection) {
        recordSchemaChange(database, collection, "drop", null);
    }

    void renamed(String database, String collection, String toDatabase, String toCollection) {
        Document to = new Document("db", toDatabase).append("coll", toCollection);
        recordSchemaChange(database, collection, "rename", new Document("to", to));
    }

    void databaseDropped(String database) {
        recordSchemaChange(database, null, "dropDatabase", null);
    }

    private void record(String database, String collection, String operation, Object id, Document full, Document more) {
        if (isHidden(database, collection)) {
            return;
        }
        log.append(timestamp -> {
            Document body = head(timestamp, operation);
            if (full != null) {
                body.append("fullDocument", full);
            }
            body.append("ns", new Document("db", database).append("coll", collection));
            body.append("documentKey", new Document("_id", id));
            if (more != null) {
                body.putAll(more);
            }
            return new Event(timestamp, database, collection, operation, id, body);
        });
    }

    private void recordSchemaChange(String database, String collection, String operation, Document more) {
        if (isHidden(database, collection)) {
            return;
        }
        log.append(timestamp -> {
            Document namespace = new Document("db", database);
            if (collection != null) {
                namespace.append("coll", collection);
            }
            Document body = head(timestamp, operation).append("ns", namespace);
            if (more != null) {
                body.putAll(more);
            }
            return new Event(timestamp, database, collection, operation, null, body);
        });
    }

    static Document head(long timestamp, String operation) {
        return new Document("_id", ResumeToken.at(timestamp).toDocument())
            .append("operationType", operation)
            .append("clusterTime", new BsonTimestamp(timestamp))
            .append("wallTime", Instant.now());
    }

    /** Change streams never show the server's own databases and collections. */
    private static boolean isHidden(String database, String collection) {
        return database.equals("admin") || database.equals("config") || database.equals("local")
            || collection != null && collection.startsWith("system.");
    }
}
