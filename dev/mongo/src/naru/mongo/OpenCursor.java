package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;

/** A cursor a client comes back to. One client asks at a time. */
interface OpenCursor {
    /** The namespace a reply names. */
    String namespace();

    /**
     * Fills the next batch.
     *
     * @param maxTimeMs how long to wait for a first document; only change streams wait
     */
    Batch next(int batchSize, long maxTimeMs) throws InterruptedException;

    /** Whether there will be nothing more. */
    boolean isExhausted();

    /** Where a change stream may be resumed after this batch; null for other cursors. */
    default Document resumeToken() {
        return null;
    }
}
