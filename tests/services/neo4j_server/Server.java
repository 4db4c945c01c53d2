import java.nio.file.Path;
import java.time.Duration;
import org.neo4j.configuration.GraphDatabaseSettings;
import org.neo4j.configuration.connectors.BoltConnector;
import org.neo4j.configuration.connectors.HttpConnector;
import org.neo4j.configuration.helpers.SocketAddress;
import org.neo4j.dbms.api.DatabaseManagementServiceBuilder;

/** A Neo4j on loopback for the tests: PORT DIR; says READY, ends at the end of its input. */
public final class Server {
    public static void main(String[] given) throws Exception {
        int port = Integer.parseInt(given[0]);
        var service = new DatabaseManagementServiceBuilder(Path.of(given[1]))
            .setConfig(GraphDatabaseSettings.auth_enabled, false)
            .setConfig(GraphDatabaseSettings.pagecache_memory, bytes("LINEAGE_TEST_NEO4J_PAGES", 256))
            .setConfig(GraphDatabaseSettings.memory_transaction_database_max_size, 0L)
            // Small graphs that come and go would have every statement planned again and again.
            .setConfig(GraphDatabaseSettings.cypher_min_replan_interval, Duration.ofHours(1))
            .setConfig(BoltConnector.enabled, true)
            .setConfig(BoltConnector.listen_address, new SocketAddress("127.0.0.1", port))
            .setConfig(HttpConnector.enabled, false)
            .build();
        if (!service.database("neo4j").isAvailable(Duration.ofMinutes(2).toMillis())) {
            throw new IllegalStateException("the database did not come up");
        }
        System.out.println("READY");
        while (System.in.read() >= 0) {
            continue;
        }
        service.shutdown();
    }

    private static long bytes(String name, long megabytes) {
        String text = System.getenv(name);
        return (text == null ? megabytes : Long.parseLong(text)) << 20;
    }
}
