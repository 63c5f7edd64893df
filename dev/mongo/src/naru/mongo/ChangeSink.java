package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;

/** Who is told of every change to a document, inside the lock of the collection, so in the order of the changes. */
interface ChangeSink {
    void inserted(String database, String collection, Document document);

    void updated(String database, String collection, Document before, Document after);

    void replaced(String database, String collection, Document after);

    void deleted(String database, String collection, Object id);

    void dropped(String database, String collection);
}
