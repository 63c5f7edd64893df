package naru.mongo;

import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.backend.DocumentComparator;
import de.bwaldvogel.mongo.backend.QueryMatcher;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Plans of finds and aggregations: along {@code _id} where the filter or the sort allows it, else in the order stored. */
final class Queries {
    private final DatabaseResolver databases;

    Queries(DatabaseResolver databases) {
        this.databases = databases;
    }

    Iterator<Document> find(StoredDatabase database, StoredCollection collection, Document command) {
        Document filter = document(command, "filter");
        Document sort = document(command, "sort");
        Stream<Document> found = select(collection, filter, sort, document(command, "min"), document(command, "max"));
        if (command.get("skip") instanceof Number skip) {
            found = found.skip(skip.longValue());
        }
        if (command.get("limit") instanceof Number limit && limit.longValue() != 0) {
            found = found.limit(Math.abs(limit.longValue()));
        }
        Document projection = document(command, "projection");
        if (!projection.isEmpty()) {
            List<Document> stage = List.of(new Document("$project", projection));
            found = Pipeline.of(stage, databases, database, collection).run(found);
        }
        return found.iterator();
    }

    Iterator<Document> aggregate(StoredDatabase database, StoredCollection collection, List<Document> stages) {
        List<Document> rest = new ArrayList<>(stages);
        if (collection != null && !rest.isEmpty() && rest.get(0).get("$sample") instanceof Document sample) {
            rest.remove(0);
            List<Document> drawn = collection.sample(sampleSize(sample));
            return Pipeline.of(rest, databases, database, collection).run(drawn.stream()).iterator();
        }
        List<Object> filters = new ArrayList<>();
        while (!rest.isEmpty() && rest.get(0).get("$match") instanceof Document filter) {
            filters.add(filter);
            rest.remove(0);
        }
        Document sort = new Document();
        if (!rest.isEmpty() && rest.get(0).get("$sort") instanceof Document order && isById(order)) {
            sort = order;
            rest.remove(0);
        }
        Document filter = filters.isEmpty() ? new Document() : new Document("$and", filters);
        Stream<Document> found = select(collection, filter, sort, new Document(), new Document());
        return Pipeline.of(rest, databases, database, collection).run(found).iterator();
    }

    private static int sampleSize(Document sample) {
        if (!(sample.get("size") instanceof Number size) || size.longValue() <= 0) {
            throw new MongoServerError(28747, "Location28747", "size argument to $sample must be a positive integer");
        }
        return (int) Math.min(size.longValue(), Integer.MAX_VALUE);
    }

    private Stream<Document> select(StoredCollection collection, Document filter, Document sort, Document min, Document max) {
        if (collection == null) {
            return Stream.empty();
        }
        IdRange range = IdRange.of(filter);
        for (Document bound : List.of(min, max)) {
            if (!bound.isEmpty() && !bound.keySet().equals(Set.of("_id"))) {
                throw new MongoServerError(51173, "Location51173", "min and max are only supported on _id here");
            }
        }
        range.narrow(min.isEmpty() ? null : min, max.isEmpty() ? null : max);
        boolean isByIndex = isById(sort) || range.isBounded();
        boolean isDescending = !sort.isEmpty() && ((Number) sort.values().iterator().next()).intValue() < 0;
        Stream<Document> candidates = isByIndex
            ? stream(new IndexScan(collection, range, isById(sort) && isDescending))
            : stream(new NaturalScan(collection, sort.containsKey("$natural") && isDescending));
        if (!range.rest().isEmpty()) {
            QueryMatcher matcher = new DefaultQueryMatcher();
            candidates = candidates.filter(document -> matcher.matches(document, range.rest()));
        }
        boolean isSorted = sort.isEmpty() || isById(sort) || sort.containsKey("$natural");
        return isSorted ? candidates : candidates.sorted(new DocumentComparator(sort));
    }

    private static boolean isById(Document sort) {
        return sort.size() == 1 && sort.get("_id") instanceof Number;
    }

    private static Document document(Document command, String name) {
        return command.get(name) instanceof Document value ? value : new Document();
    }

    private static Stream<Document> stream(Iterator<Document> iterator) {
        return StreamSupport.stream(Spliterators.spliteratorUnknownSize(iterator, Spliterator.ORDERED), false);
    }

    /** A walk that takes some documents at a time under the collection's lock, and goes on after the last one it had. */
    private abstract static class Scan implements Iterator<Document> {
        static final int STEP = 256;
        private List<Document> step = List.of();
        private int at;
        private boolean isOver;

        /** The next few documents; fewer than {@link #STEP} at the end. */
        abstract List<Document> advance();

        @Override
        public boolean hasNext() {
            if (at >= step.size() && !isOver) {
                step = advance();
                at = 0;
                isOver = step.size() < STEP;
            }
            return at < step.size();
        }

        @Override
        public Document next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return step.get(at++);
        }
    }

    private static final class IndexScan extends Scan {
        private final StoredCollection collection;
        private final IdRange range;
        private final boolean isDescending;
        private Document last;

        IndexScan(StoredCollection collection, IdRange range, boolean isDescending) {
            this.collection = collection;
            this.range = range;
            this.isDescending = isDescending;
        }

        @Override
        List<Document> advance() {
            List<Document> step = collection.byId(range, last, isDescending, range.points() == null ? STEP : Integer.MAX_VALUE);
            last = step.isEmpty() ? last : step.get(step.size() - 1);
            return step;
        }
    }

    private static final class NaturalScan extends Scan {
        private final StoredCollection collection;
        private final boolean isDescending;
        private Integer last;

        NaturalScan(StoredCollection collection, boolean isDescending) {
            this.collection = collection;
            this.isDescending = isDescending;
        }

        @Override
        List<Document> advance() {
            List<Document> step = new ArrayList<>(STEP);
            last = collection.natural(last, isDescending, STEP, step);
            return step;
        }
    }
}
