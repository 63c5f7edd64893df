package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;

/**
 * One entry of the oplog, in the form a change stream gives out. The body is never changed.
 *
 * @param collection null for events of a whole database
 * @param documentId the {@code _id} of the document concerned, for look-ups
 * @param body the change event, without what {@code updateLookup} adds
 */
record Event(long timestamp, String database, String collection, String operation, Object documentId, Document body) {

    boolean isUpdate() {
        return operation.equals("update");
    }

    /** The namespace a rename leads to, as {@code db.collection}, or null. */
    String renameTarget() {
        return operation.equals("rename") && body.get("to") instanceof Document to ? to.get("db") + "." + to.get("coll") : null;
    }
}
