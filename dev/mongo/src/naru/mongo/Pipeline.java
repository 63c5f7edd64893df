package naru.mongo;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** Aggregation stages, run by the engine over documents that others hold too. */
final class Pipeline {
    private static final Set<String> STREAM_STAGES = Set.of(
        "$match", "$project", "$addFields", "$set", "$unset", "$replaceRoot", "$replaceWith", "$redact");

    private final Aggregation aggregation;
    private final boolean needsCopies;

    private Pipeline(Aggregation aggregation, boolean needsCopies) {
        this.aggregation = aggregation;
        this.needsCopies = needsCopies;
    }

    static Pipeline of(List<Document> stages, DatabaseResolver databases, MongoDatabase database, MongoCollection<?> collection) {
        List<Document> known = new ArrayList<>();
        stages.forEach(stage -> known.add(normalised(stage)));
        // The engine's $addFields writes into nested documents of its input.
        boolean needsCopies = known.stream().anyMatch(stage -> stage.containsKey("$addFields"));
        return new Pipeline(Aggregation.fromPipeline(known, databases, database, collection, NoopOplog.get()), needsCopies);
    }

    /** The stages of a change stream, of which a server allows only these. */
    static Pipeline ofChangeStream(List<Document> stages, DatabaseResolver databases, MongoDatabase database) {
        for (Document stage : stages) {
            String name = stage.isEmpty() ? "" : stage.keySet().iterator().next();
            if (!STREAM_STAGES.contains(name)) {
                throw new MongoServerError(20, "IllegalOperation", name + " is not permitted in a $changeStream pipeline");
            }
        }
        return of(stages, databases, database, null);
    }

    Stream<Document> run(Stream<Document> documents) {
        return aggregation.runStagesAsStream(needsCopies ? documents.map(Document::cloneDeeply) : documents);
    }

    /** The engine knows some stages under their older names only. */
    private static Document normalised(Document stage) {
        if (stage.size() != 1) {
            return stage;
        }
        Map.Entry<String, Object> only = stage.entrySet().iterator().next();
        return switch (only.getKey()) {
            case "$set" -> new Document("$addFields", only.getValue());
            case "$replaceWith" -> new Document("$replaceRoot", new Document("newRoot", only.getValue()));
            default -> stage;
        };
    }
}
