package naru.mongo;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.util.List;

/**
 * What a client asked of a change stream: scope, start, look-up. Options of servers newer than the one we stand in for are
 * refused, not ignored.
 */
final class ChangeStreamOptions {
    private final String database;
    /** Null for a whole database or deployment. */
    private final String collection;
    private final boolean isDeployment;
    private final ResumeToken token;
    private final BsonTimestamp startAtOperationTime;
    private final boolean looksUp;

    ChangeStreamOptions(String database, Object target, Document stage) {
        this.database = database;
        this.collection = target instanceof String name ? name : null;
        this.isDeployment = Boolean.TRUE.equals(stage.get("allChangesForCluster"));
        if (isDeployment && !database.equals("admin")) {
            throw new MongoServerError(72, "InvalidOptions",
                "A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database.");
        }
        stage.forEach((name, value) -> refuseUnknown(name, value));
        this.looksUp = "updateLookup".equals(stage.get("fullDocument"));
        this.startAtOperationTime = stage.get("startAtOperationTime") instanceof BsonTimestamp time ? time : null;
        this.token = parseToken(stage);
    }

    private static void refuseUnknown(String name, Object value) {
        switch (name) {
            case "allChangesForCluster", "resumeAfter", "startAfter", "startAtOperationTime":
                return;
            case "fullDocument":
                if (List.of("default", "updateLookup").contains(String.valueOf(value))) {
                    return;
                }
                throw new MongoServerError(2, "BadValue",
                    "Enumeration value '" + value + "' for field '$changeStream.fullDocument' is not a valid value.");
            case "fullDocumentBeforeChange":
                if ("off".equals(value)) {
                    return;
                }
                break;
            case "showExpandedEvents":
                if (Boolean.FALSE.equals(value)) {
                    return;
                }
                break;
            default:
                break;
        }
        throw new MongoServerError(40415, "Location40415", "BSON field '$changeStream." + name + "' is an unknown field.");
    }

    private static ResumeToken parseToken(Document stage) {
        boolean isAfterInvalidateAllowed = stage.containsKey("startAfter");
        Object given = isAfterInvalidateAllowed ? stage.get("startAfter") : stage.get("resumeAfter");
        if (!(given instanceof Document document)) {
            return null;
        }
        ResumeToken parsed = ResumeToken.parse(document);
        if (parsed.isInvalidate() && !isAfterInvalidateAllowed) {
            throw new MongoServerError(260, "InvalidResumeToken",
                "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification.");
        }
        return parsed;
    }

    ResumeToken token() {
        return token;
    }

    BsonTimestamp startAtOperationTime() {
        return startAtOperationTime;
    }

    boolean looksUp() {
        return looksUp;
    }

    String namespace() {
        return database + "." + (collection == null ? "$cmd.aggregate" : collection);
    }

    boolean sees(Event event) {
        if (isDeployment) {
            return true;
        }
        if (collection != null && (database + "." + collection).equals(event.renameTarget())) {
            return true;
        }
        return event.database().equals(database)
            && (collection == null || event.collection() == null || event.collection().equals(collection));
    }

    /** Whether the event ends this stream: what it watches is gone or bears another name. */
    boolean isInvalidatedBy(Event event) {
        return switch (event.operation()) {
            case "drop", "rename" -> collection != null && sees(event);
            case "dropDatabase" -> !isDeployment && sees(event);
            default -> false;
        };
    }
}
