/**
 * A stand-in for MongoDB where no real one is at hand: a one-member replica set in memory, with change streams.
 *
 * <p>The query, update and aggregation engine comes from mongo-java-server. What that library does not have is here: the
 * handshake of a replica set, a codec that loses no BSON type, an ordered {@code _id} index, cursors that do not hold a
 * whole answer, the oplog, and change streams over it. It is a tool for development and tests: nothing of it is on the
 * path of a user, and code must not lean on its mistakes (see {@code dev/README.md}).
 */
package naru.mongo;
