package naru.mongo;

import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A change stream: a walk along the log, seen through a namespace and the client's pipeline. */
final class ChangeStream implements OpenCursor {
    private static final int EVENTS_PER_READ = 1000;

    private final EventLog log;
    private final ChangeStreamOptions options;
    private final Pipeline pipeline;
    private final DocumentLookup lookup;
    private final ArrayDeque<Delivery> ready = new ArrayDeque<>();
    private long next;
    private long position;
    private boolean isInvalidated;
    private boolean isPositionInvalidate;

    /** One event on its way out, and where the stream stands once it is out. */
    private record Delivery(Document document, long timestamp, boolean isInvalidate) {}

    /** Finds a document as it is now. */
    interface DocumentLookup {
        Document find(String database, String collection, Object id);
    }

    ChangeStream(EventLog log, ChangeStreamOptions options, Pipeline pipeline, DocumentLookup lookup) {
        this.log = log;
        this.options = options;
        this.pipeline = pipeline;
        this.lookup = lookup;
        start();
    }

    private void start() {
        ResumeToken token = options.token();
        BsonTimestamp startAt = options.startAtOperationTime();
        if (token == null && startAt == null) {
            next = log.end();
            position = log.now();
            return;
        }
        position = token != null ? token.timestamp() : startAt.getValue() - 1;
        if (Long.compareUnsigned(position, log.now()) > 0 && token != null) {
            throw new MongoServerError(280, "ChangeStreamFatalError",
                "cannot resume stream; the resume token was not found. " + token.toDocument());
        }
        if (!log.reaches(position)) {
            throw historyLost();
        }
        next = log.sequenceAfter(position);
        Event last = token == null || token.isInvalidate() ? null : log.find(position);
        if (last != null && options.isInvalidatedBy(last)) {
            // The drop was read, the invalidate that belongs to it was not.
            ready.add(invalidate(last));
        }
    }

    @Override
    public String namespace() {
        return options.namespace();
    }

    @Override
    public Batch next(int batchSize, long maxTimeMs) throws InterruptedException {
        Batch batch = new Batch(batchSize);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(maxTimeMs);
        do {
            if (ready.isEmpty() && !isInvalidated) {
                readOn(batch.count() == 0 ? deadline : System.nanoTime());
            }
            if (ready.isEmpty() && (batch.count() > 0 || System.nanoTime() >= deadline)) {
                break;
            }
        } while (drainInto(batch) && !isInvalidated);
        return batch;
    }

    /** Moves what is ready into the batch; false when the batch takes no more. */
    private boolean drainInto(Batch batch) {
        while (!ready.isEmpty()) {
            if (batch.isFull() || !batch.offer(ready.peek().document())) {
                return false;
            }
            Delivery out = ready.poll();
            position = out.timestamp();
            isPositionInvalidate = out.isInvalidate();
            isInvalidated = out.isInvalidate();
        }
        return true;
    }

    /** Reads events into {@code ready}; when all were filtered out, the position moves along with them. */
    private void readOn(long deadline) throws InterruptedException {
        List<Event> events = log.read(next, EVENTS_PER_READ, deadline);
        if (events == null) {
            throw historyLost();
        }
        long lastSeen = events.isEmpty() ? quietTime() : events.get(events.size() - 1).timestamp();
        next += events.size();
        for (Event event : events) {
            if (!options.sees(event)) {
                continue;
            }
            view(event).forEach(document -> ready.add(new Delivery(document, event.timestamp(), false)));
            if (options.isInvalidatedBy(event)) {
                ready.add(invalidate(event));
                return;
            }
        }
        if (ready.isEmpty() && Long.compareUnsigned(lastSeen, position) > 0) {
            position = lastSeen;
        }
    }

    /** A time up to which the log surely has nothing more for us. */
    private long quietTime() {
        long now = log.now();
        return log.end() == next ? now : position;
    }

    private Stream<Document> view(Event event) {
        Document document = event.body();
        if (event.isUpdate() && options.looksUp()) {
            document = withFullDocument(event);
        }
        return pipeline.run(Stream.of(document));
    }

    /** The document as it is now, null if it is gone, in the place a server puts it. */
    private Document withFullDocument(Event event) {
        Document looked = new Document();
        for (Map.Entry<String, Object> field : event.body().entrySet()) {
            looked.append(field.getKey(), field.getValue());
            if (field.getKey().equals("wallTime")) {
                looked.append("fullDocument", lookup.find(event.database(), event.collection(), event.documentId()));
            }
        }
        return looked;
    }

    private static Delivery invalidate(Event cause) {
        Document document = new Document("_id", new ResumeToken(cause.timestamp(), true).toDocument())
            .append("operationType", "invalidate")
            .append("clusterTime", new BsonTimestamp(cause.timestamp()))
            .append("wallTime", Instant.now());
        return new Delivery(document, cause.timestamp(), true);
    }

    @Override
    public boolean isExhausted() {
        return isInvalidated;
    }

    @Override
    public Document resumeToken() {
        return new ResumeToken(position, isPositionInvalidate).toDocument();
    }

    private static MongoServerError historyLost() {
        return new MongoServerError(286, "ChangeStreamHistoryLost",
            "Resume of change stream was not possible, as the resume point may no longer be in the oplog.");
    }
}
