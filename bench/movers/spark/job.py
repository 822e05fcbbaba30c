"""The job that Millrace replaces: Kafka to ClickHouse by structured streaming, foreachBatch and a checkpoint."""

import glob
import os
import urllib.parse
import urllib.request

from pyspark.sql import SparkSession, functions as F, types as T

# Records of one micro-batch. Larger ones gain little, and a kill costs more.
RECORDS_PER_TRIGGER = 100_000

ENV = os.environ
COLUMNS = "event_id, event_type, timestamp, payload, source, metadata"

# The layer over the jars that pyspark brings: those would be there twice.
OWN_JARS = [
    jar
    for jar in glob.glob(os.path.join(ENV["JOB_JARS"], "*.jar"))
    if "scala-library" not in jar and "slf4j" not in jar
]

EVENT = T.StructType(
    [
        T.StructField("event_id", T.StringType()),
        T.StructField("event_type", T.StringType()),
        T.StructField("timestamp", T.StringType()),
        T.StructField("payload", T.MapType(T.StringType(), T.StringType())),
        T.StructField("source", T.StringType()),
        T.StructField("metadata", T.MapType(T.StringType(), T.StringType())),
    ]
)


def insert(rows):
    body = "\n".join(row.value for row in rows).encode()
    if not body:
        return
    query = f"INSERT INTO {ENV['JOB_TABLE']} ({COLUMNS}) FORMAT JSONEachRow"
    url = f"{ENV['JOB_CLICKHOUSE']}/?{urllib.parse.urlencode({'query': query})}"
    urllib.request.urlopen(urllib.request.Request(url, data=body, method="POST")).read()


def write_batch(frame, _batch_id):
    row = F.struct(
        "event_id",
        "event_type",
        F.date_format("timestamp", "yyyy-MM-dd HH:mm:ss").alias("timestamp"),
        F.to_json("payload").alias("payload"),
        "source",
        F.to_json("metadata").alias("metadata"),
    )
    frame.select(F.to_json(row).alias("value")).foreachPartition(insert)


spark = (
    SparkSession.builder.master("local[2]")
    .appName("stream-events")
    .config("spark.jars", ",".join(OWN_JARS))
    .config("spark.sql.shuffle.partitions", "2")
    .config("spark.ui.enabled", "false")
    .config("spark.driver.memory", "2g")
    .config("spark.driver.bindAddress", "127.0.0.1")
    .config("spark.sql.session.timeZone", "UTC")
    .getOrCreate()
)
spark.sparkContext.setLogLevel("ERROR")

records = (
    spark.readStream.format("kafka")
    .option("kafka.bootstrap.servers", ENV["JOB_BROKERS"])
    .option("subscribe", ENV["JOB_TOPIC"])
    .option("startingOffsets", "earliest")
    .option("maxOffsetsPerTrigger", str(RECORDS_PER_TRIGGER))
    .load()
)
events = (
    records.select(F.from_json(F.col("value").cast("string"), EVENT).alias("event"))
    .select("event.*")
    .withColumn("timestamp", F.to_timestamp("timestamp"))
    .filter("event_id is not null")
)
(
    events.writeStream.foreachBatch(write_batch)
    .option("checkpointLocation", ENV["JOB_CHECKPOINT"])
    .start()
    .awaitTermination()
)
