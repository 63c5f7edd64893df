package naru.mongo;

import de.bwaldvogel.mongo.backend.AbstractMongoBackend;
import de.bwaldvogel.mongo.backend.aggregation.Aggregation;
import de.bwaldvogel.mongo.bson.BinData;
import de.bwaldvogel.mongo.bson.BsonTimestamp;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.NoopOplog;
import de.bwaldvogel.mongo.wire.message.MongoQuery;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The whole server: databases, oplog and cursors, and the commands; what is not answered here, the engine answers. */
final class Deployment extends AbstractMongoBackend {
    private final Topology topology;
    private final EventLog log;
    private final EventRecorder recorder;
    private final Catalogue catalogue;
    private final Cursors cursors = new Cursors();
    private final FailPoint failPoint = new FailPoint();
    private final Queries queries = new Queries(this::resolveDatabase);
    private final Map<String, StoredDatabase> databases = new ConcurrentHashMap<>();

    Deployment(String address, int oplogEvents) {
        topology = new Topology(address);
        log = new EventLog(oplogEvents);
        recorder = new EventRecorder(log);
        catalogue = new Catalogue(log);
    }

    @Override
    public StoredDatabase resolveDatabase(String name) {
        return databases.computeIfAbsent(name, this::openOrCreateDatabase);
    }

    @Override
    protected StoredDatabase openOrCreateDatabase(String name) {
        return new StoredDatabase(name, getCursorRegistry(), recorder);
    }

    /** Answers one command; every reply carries the cluster time, as those of a replica set do. */
    Document answer(Channel client, String database, Document command) {
        String name = command.keySet().iterator().next();
        try {
            failPoint.check(name);
            return gossip(run(client, database, name, command));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MongoServerError(11600, "InterruptedAtShutdown", "interrupted at shutdown");
        }
    }

    Document gossip(Document reply) {
        BsonTimestamp now = new BsonTimestamp(log.now());
        Document signature = new Document("hash", new BinData(new byte[20])).append("keyId", 0L);
        return reply.append("$clusterTime", new Document("clusterTime", now).append("signature", signature))
            .append("operationTime", now);
    }

    private Document run(Channel client, String database, String name, Document command) throws InterruptedException {
        return switch (name) {
            case "hello", "isMaster", "ismaster" -> topology.hello(!name.equals("hello"));
            case "buildInfo", "buildinfo" -> topology.buildInfo();
            case "replSetGetStatus" -> topology.replicaSetStatus();
            case "getParameter" -> topology.featureCompatibility();
            case "find" -> find(database, command);
            case "aggregate" -> aggregate(database, command);
            case "getMore" -> cursors.more(command);
            case "killCursors" -> cursors.kill(command);
            case "insert" -> insert(client, database, command);
            case "create" -> create(client, database, command);
            case "drop" -> dropCollection(database, (String) command.get("drop"));
            case "collMod" -> collMod(command);
            case "renameCollection" -> rename(client, command);
            case "dropDatabase" -> dropDatabaseOf(database);
            case "listDatabases" -> catalogue.databases(databases.values(), command);
            case "listCollections" -> listCollections(database, command);
            case "dbStats", "dbstats" -> catalogue.databaseStatistics(resolveDatabase(database));
            case "collStats", "collstats" -> collectionStatistics(database, (String) command.get(name));
            case "saslStart" -> throw new MongoServerError(18, "AuthenticationFailed", "Authentication failed.");
            case "commitTransaction", "abortTransaction", "refreshSessions", "killSessions", "endSessions" -> ok();
            case "configureFailPoint" -> configureFailPoint(command);
            case "standInTrimOplog" -> trimOplog(command);
            default -> handleCommand(client, database, name, command);
        };
    }

    private Document find(String database, Document command) throws InterruptedException {
        String name = (String) command.get("find");
        String namespace = database + "." + name;
        Iterator<Document> found;
        if (namespace.equals("local.oplog.rs")) {
            boolean isNewestFirst = command.get("sort") instanceof Document sort
                && sort.get("$natural") instanceof Number order && order.intValue() < 0;
            found = limited(catalogue.oplogEntries(isNewestFirst), command);
        } else {
            StoredDatabase stored = resolveDatabase(database);
            found = queries.find(stored, stored.resolveCollection(name, false), command);
        }
        boolean isSingleBatch = Boolean.TRUE.equals(command.get("singleBatch"))
            || command.get("limit") instanceof Number limit && limit.longValue() < 0;
        int batchSize = ResultCursor.firstBatchSize(command.get("batchSize"));
        return cursors.first(new ResultCursor(namespace, found), batchSize, isSingleBatch);
    }

    private static Iterator<Document> limited(Iterator<Document> entries, Document command) {
        List<Document> all = new ArrayList<>();
        long limit = command.get("limit") instanceof Number number && number.longValue() != 0
            ? Math.abs(number.longValue())
            : Long.MAX_VALUE;
        while (entries.hasNext() && all.size() < limit) {
            all.add(entries.next());
        }
        return all.iterator();
    }

    private Document aggregate(String database, Document command) throws InterruptedException {
        List<Document> stages = Aggregation.parse(command.get("pipeline"));
        int batchSize = ResultCursor.firstBatchSize(command.get("cursor") instanceof Document c ? c.get("batchSize") : null);
        Object target = command.get("aggregate");
        StoredDatabase stored = resolveDatabase(database);
        Document first = stages.isEmpty() ? new Document() : stages.get(0);
        if (first.get("$changeStream") instanceof Document watch) {
            ChangeStreamOptions options = new ChangeStreamOptions(database, target, watch);
            Pipeline pipeline = Pipeline.ofChangeStream(stages.subList(1, stages.size()), this::resolveDatabase, stored);
            return cursors.first(new ChangeStream(log, options, pipeline, this::lookUp), batchSize, false);
        }
        if (!(target instanceof String name)) {
            throw new MongoServerError(73, "InvalidNamespace", "{aggregate: 1} is not valid for '" + first + "'; a collection is required.");
        }
        String namespace = database + "." + name;
        StoredCollection collection = stored.resolveCollection(name, false);
        Iterator<Document> results;
        if (first.containsKey("$collStats")) {
            List<Document> rest = stages.subList(1, stages.size());
            Document statistics = catalogue.statisticsStage(namespace, collection);
            results = Pipeline.of(rest, this::resolveDatabase, stored, collection).run(Stream.of(statistics)).iterator();
        } else {
            results = queries.aggregate(stored, collection, stages);
        }
        return cursors.first(new ResultCursor(namespace, results), batchSize, false);
    }

    private Document lookUp(String database, String collection, Object id) {
        StoredCollection stored = resolveDatabase(database).resolveCollection(collection, false);
        return stored == null ? null : stored.find(id);
    }

    /** The engine counts every document as inserted, also those it refused. */
    private Document insert(Channel client, String database, Document command) {
        Document reply = handleCommand(client, database, "insert", command);
        if (reply.get("writeErrors") instanceof List<?> errors && !errors.isEmpty()) {
            int total = ((List<?>) command.get("documents")).size();
            boolean isOrdered = !Boolean.FALSE.equals(command.get("ordered"));
            int firstError = ((Number) ((Document) errors.get(0)).get("index")).intValue();
            reply.put("n", isOrdered ? firstError : total - errors.size());
        }
        return reply;
    }

    private Document create(Channel client, String database, Document command) {
        for (String option : List.of("viewOn", "timeseries", "changeStreamPreAndPostImages", "capped", "clusteredIndex")) {
            if (command.containsKey(option) && !Boolean.FALSE.equals(command.get(option))) {
                throw new MongoServerError(40415, "Location40415", "BSON field 'create." + option + "' is an unknown field.");
            }
        }
        return handleCommand(client, database, "create", command);
    }

    private Document dropCollection(String database, String name) {
        StoredDatabase stored = resolveDatabase(database);
        if (stored.resolveCollection(name, false) == null) {
            throw new MongoServerError(26, "NamespaceNotFound", "ns not found");
        }
        stored.dropCollection(name, NoopOplog.get());
        return new Document("nIndexesWas", 1).append("ns", database + "." + name).append("ok", 1.0);
    }

    private static Document collMod(Document command) {
        if (command.containsKey("changeStreamPreAndPostImages")) {
            throw new MongoServerError(40415, "Location40415", "BSON field 'collMod.changeStreamPreAndPostImages' is an unknown field.");
        }
        return ok();
    }

    private Document rename(Channel client, Document command) {
        String[] from = split((String) command.get("renameCollection"));
        String[] to = split((String) command.get("to"));
        StoredCollection source = resolveDatabase(from[0]).resolveCollection(from[1], false);
        if (source == null) {
            throw new MongoServerError(26, "NamespaceNotFound", "Source collection " + from[0] + "." + from[1] + " does not exist");
        }
        StoredDatabase target = resolveDatabase(to[0]);
        if (target.resolveCollection(to[1], false) != null) {
            if (!Boolean.TRUE.equals(command.get("dropTarget"))) {
                throw new MongoServerError(48, "NamespaceExists", "target namespace exists");
            }
            target.dropCollection(to[1], NoopOplog.get());
        }
        target.moveCollection(resolveDatabase(from[0]), source, to[1]);
        recorder.renamed(from[0], from[1], to[0], to[1]);
        return ok();
    }

    private static String[] split(String namespace) {
        int dot = namespace.indexOf('.');
        return new String[] {namespace.substring(0, dot), namespace.substring(dot + 1)};
    }

    private Document dropDatabaseOf(String name) {
        StoredDatabase removed = databases.remove(name);
        if (removed == null || removed.names().isEmpty()) {
            return ok();
        }
        removed.drop(NoopOplog.get());
        recorder.databaseDropped(name);
        return new Document("dropped", name).append("ok", 1.0);
    }

    private Document listCollections(String database, Document command) throws InterruptedException {
        Iterator<Document> collections = catalogue.collections(resolveDatabase(database), command);
        int batchSize = ResultCursor.firstBatchSize(command.get("cursor") instanceof Document c ? c.get("batchSize") : null);
        return cursors.first(new ResultCursor(database + ".$cmd.listCollections", collections), batchSize, false);
    }

    private Document collectionStatistics(String database, String collection) {
        StoredCollection stored = resolveDatabase(database).resolveCollection(collection, false);
        return catalogue.collectionStatistics(database + "." + collection, stored);
    }

    private Document configureFailPoint(Document command) {
        failPoint.configure(command);
        return ok();
    }

    /** For tests of lost history: {@code {standInTrimOplog: n}} forgets all but the newest n events. */
    private Document trimOplog(Document command) {
        log.trim(((Number) command.get("standInTrimOplog")).intValue());
        return ok();
    }

    private static Document ok() {
        return new Document("ok", 1.0);
    }

    @Override
    public void handleClose(Channel client) {
        databases.values().forEach(database -> database.handleClose(client));
    }

    @Override
    protected Set<String> listDatabaseNames() {
        return databases.keySet();
    }

    @Override
    public Collection<Document> getCurrentOperations(MongoQuery query) {
        return List.of();
    }
}
