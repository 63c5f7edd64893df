package naru.mongo;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.CursorNotFoundException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** The cursors clients hold, and the replies that carry their batches. */
final class Cursors {
    private final Map<Long, OpenCursor> open = new ConcurrentHashMap<>();
    private final AtomicLong lastId = new AtomicLong(1L << 40);

    /** The reply to the command that made the cursor. */
    Document first(OpenCursor cursor, int batchSize, boolean isSingleBatch) throws InterruptedException {
        // A first batch of no documents is what a client asks for that only wants the cursor.
        Batch batch = batchSize == 0 ? new Batch(1) : cursor.next(batchSize, 0);
        long id = cursor.isExhausted() || isSingleBatch ? 0 : lastId.incrementAndGet();
        if (id != 0) {
            open.put(id, cursor);
        }
        return reply(cursor, id, "firstBatch", batch);
    }

    Document more(Document command) throws InterruptedException {
        long id = ((Number) command.get("getMore")).longValue();
        OpenCursor cursor = open.get(id);
        if (cursor == null) {
            throw new CursorNotFoundException(id);
        }
        int batchSize = command.get("batchSize") instanceof Number number ? number.intValue() : 0;
        long maxTimeMs = command.get("maxTimeMS") instanceof Number number ? number.longValue() : 1000;
        Batch batch;
        try {
            batch = cursor.next(batchSize, maxTimeMs);
        } catch (RuntimeException e) {
            open.remove(id);
            throw e;
        }
        if (cursor.isExhausted()) {
            open.remove(id);
        }
        return reply(cursor, cursor.isExhausted() ? 0 : id, "nextBatch", batch);
    }

    Document kill(Document command) {
        List<Object> killed = new ArrayList<>();
        List<Object> notFound = new ArrayList<>();
        for (Object id : (List<?>) command.get("cursors")) {
            (open.remove(((Number) id).longValue()) == null ? notFound : killed).add(id);
        }
        return new Document("cursorsKilled", killed)
            .append("cursorsNotFound", notFound)
            .append("cursorsAlive", List.of())
            .append("cursorsUnknown", List.of())
            .append("ok", 1.0);
    }

    private static Document reply(OpenCursor cursor, long id, String batchName, Batch batch) {
        Document body = new Document(batchName, batch.toArray()).append("id", id).append("ns", cursor.namespace());
        Document token = cursor.resumeToken();
        if (token != null) {
            body.append("postBatchResumeToken", token);
        }
        return new Document("cursor", body).append("ok", 1.0);
    }
}
