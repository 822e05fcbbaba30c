CREATE TABLE stock
(
    warehouse LowCardinality(String),
    sku String,
    quantity Int32,
    counted DateTime64(3, 'UTC'),
    note Nullable(String),
    loaded DateTime DEFAULT now(),
    _topic LowCardinality(String),
    _topic_id LowCardinality(String),
    _epoch UInt32,
    _partition UInt32,
    _offset UInt64
)
ENGINE = MergeTree
ORDER BY (warehouse, sku, counted)
SETTINGS non_replicated_deduplication_window = 1600
