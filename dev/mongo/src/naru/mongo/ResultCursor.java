package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;
import java.util.Iterator;

/** A cursor over the answer of a find or an aggregation, which is worked out while it is read. */
final class ResultCursor implements OpenCursor {
    private static final int DEFAULT_BATCH = 101;

    private final String namespace;
    private final Iterator<Document> results;
    private Document waiting;

    ResultCursor(String namespace, Iterator<Document> results) {
        this.namespace = namespace;
        this.results = results;
    }

    /** The number of documents of a first batch: 101 unless the client says otherwise. */
    static int firstBatchSize(Object batchSize) {
        return batchSize instanceof Number number ? number.intValue() : DEFAULT_BATCH;
    }

    @Override
    public String namespace() {
        return namespace;
    }

    @Override
    public Batch next(int batchSize, long maxTimeMs) {
        Batch batch = new Batch(batchSize);
        while (!batch.isFull() && !isExhausted()) {
            Document document = waiting == null ? results.next() : waiting;
            waiting = batch.offer(document) ? null : document;
            if (waiting != null) {
                break;
            }
        }
        return batch;
    }

    @Override
    public boolean isExhausted() {
        return waiting == null && !results.hasNext();
    }
}
