import { NULL, row, same, texts, type TypeRow } from './type-row.js';

/** Values at and beyond the limits of the types. */
export const CONTAINER_ROWS: readonly TypeRow[] = [
  row(
    'Nullable(Int32)',
    { '5': '5', null: '\\N' },
    { '"x"': 'wrong_type', '1e10': 'out_of_range' },
  ),
  row('Nullable(String)', { '"x"': 'x', null: '\\N' }, { '1': 'wrong_type' }),
  row(
    "Nullable(DateTime64(3, 'UTC'))",
    { '"2024-01-01T00:00:00Z"': '2024-01-01 00:00:00.000', null: '\\N' },
    { '"x"': 'bad_timestamp' },
  ),
  row('LowCardinality(String)', texts('a', '', 'b'), { ...NULL, '1': 'wrong_type' }),
  row(
    'LowCardinality(Nullable(String))',
    { '""': '', null: '\\N', '"b"': 'b' },
    { '1': 'wrong_type' },
  ),
  row('LowCardinality(UInt32)', same('0', '4294967295'), { ...NULL, '-1': 'out_of_range' }),
  row(
    'LowCardinality(Nullable(Date))',
    { '"1970-01-01"': '1970-01-01', null: '\\N' },
    { '"x"': 'bad_date' },
  ),
  row(
    'Array(Int32)',
    { '[1 , 2]': '[1,2]', '[]': '[]', '[-2147483648]': '[-2147483648]' },
    {
      ...NULL,
      '[1,null]': 'null_value [1]',
      '[1,2,3.5]': 'not_whole [2]',
      '1': 'wrong_type',
      '[[1]]': 'wrong_type [0]',
      '{"a":1}': 'wrong_type',
    },
    { silent: { '[1,null]': '[1,0]' } },
  ),
  row(
    'Array(Nullable(String))',
    { '[null,"a"]': "[NULL,'a']", '[""]': "['']" },
    { '[1]': 'wrong_type [0]' },
  ),
  row(
    'Array(Array(LowCardinality(String)))',
    { '[["a","b"],[]]': "[['a','b'],[]]", '[]': '[]', '[["a"]]': "[['a']]" },
    { '[["a",1]]': 'wrong_type [0][1]' },
  ),
  row(
    'Map(String, UInt64)',
    {
      '{"a":1,"b":18446744073709551615}': "{'a':1,'b':18446744073709551615}",
      '{}': '{}',
      '{"a":1,"a":2}': "{'a':2}",
    },
    {
      ...NULL,
      '{"a":null}': 'null_value [0]',
      '{"x":1,"a":-1}': 'out_of_range [1]',
      '[]': 'wrong_type',
      '{"\\ud800":1}': 'invalid_utf8 [0]',
    },
    { differs: ['{"a":1,"a":2}'] },
  ),
  row(
    'Map(LowCardinality(String), Array(Nullable(Int32)))',
    { '{"a":[1,null]}': "{'a':[1,NULL]}", '{}': '{}', '{"b":[],"a":[3]}': "{'b':[],'a':[3]}" },
    { '{"b":[1.5]}': 'not_whole [0][0]' },
  ),
  row(
    'Map(UUID, Date)',
    {
      '{"61f0c404-5cb3-11e7-907b-a6006ad3dba0":"2024-01-01"}':
        "{'61f0c404-5cb3-11e7-907b-a6006ad3dba0':'2024-01-01'}",
      '{}': '{}',
    },
    { '{"x":"2024-01-01"}': 'bad_uuid [0]' },
  ),
  row(
    'Tuple(Int32, String)',
    { '[1,"a"]': "(1,'a')", '[ -1 , "" ]': "(-1,'')" },
    {
      ...NULL,
      '[1]': 'wrong_type',
      '[1,"a",2]': 'wrong_type',
      '["a",1]': 'wrong_type [0]',
      '{"1":1}': 'wrong_type',
    },
  ),
  row(
    'Tuple(a Int32, b Nullable(String))',
    { '{"b":"x","a":2,"c":[{}]}': "(2,'x')", '{"a":1}': '(1,NULL)', '[3,null]': '(3,NULL)' },
    {
      ...NULL,
      '{"b":"x"}': 'missing_field .a',
      '{"a":null}': 'null_value .a',
      '[3]': 'wrong_type',
    },
    { silent: { '{"b":"x"}': "(0,'x')", '{"a":null}': '(0,NULL)' } },
  ),
  row(
    'Array(Tuple(sku String, qty UInt32))',
    { '[{"sku":"a","qty":1},{"qty":2,"sku":"b"}]': "[('a',1),('b',2)]", '[]': '[]' },
    {
      '[{"sku":"a","qty":1},{"sku":"b","qty":-1}]': 'out_of_range [1].qty',
      '[{"sku":"a"}]': 'missing_field [0].qty',
    },
    { silent: { '[{"sku":"a"}]': "[('a',0)]" } },
  ),
  row(
    'Nested(a UInt8, b LowCardinality(String))',
    {
      '[{"a":1,"b":"x"}]': "[(1,'x')]",
      '[]': '[]',
      '[{"a":1,"b":"x"},{"b":"y","a":2}]': "[(1,'x'),(2,'y')]",
    },
    { ...NULL, '[{"a":256,"b":""}]': 'out_of_range [0].a' },
  ),
  row(
    'Point',
    { '[1,2.5]': '(1,2.5)', '[-0.5,0]': '(-0.5,0)' },
    { '[1]': 'wrong_type', '[1,"x"]': 'wrong_type [1]' },
  ),
  row(
    'Polygon',
    { '[[[1,2],[3,4]]]': '[[(1,2),(3,4)]]', '[]': '[]' },
    { '[[[1]]]': 'wrong_type [0][0]' },
  ),
  row(
    'JSON',
    {
      '{"b":{"c":[1,2]},"a":1}': '{"a":1,"b":{"c":[1,2]}}',
      '{}': '{}',
      '{"a":18446744073709551615}': '{"a":18446744073709551615}',
      '{"d":"2024-01-01T00:00:00Z"}': '{"d":"2024-01-01T00:00:00Z"}',
    },
    {
      ...NULL,
      '{"a":1,"a":2}': 'not_storable_json',
      '{"a.b":1,"a":{"b":2}}': 'not_storable_json',
      '{"a":18446744073709551616}': 'not_storable_json',
      '{"a":1e309}': 'not_storable_json',
      '{"a":[true,1]}': 'not_storable_json',
      '{"a":[9007199254740993,0.5]}': 'not_storable_json',
      '[1]': 'wrong_type',
      '"{}"': 'wrong_type',
    },
    {
      silent: {
        '{"a":[true,1]}': '{"a":[1,1]}',
        '{"a":[9007199254740993,0.5]}': '{"a":[9007199254740992,0.5]}',
      },
    },
  ),
  row(
    'JSON(max_dynamic_paths=2, SKIP secret)',
    { '{"a":1,"b":2,"c":3,"secret":{"x":1}}': '{"a":1,"b":2,"c":3}', '{}': '{}' },
    { '1': 'wrong_type' },
  ),
  row('Nullable(JSON)', { '{"a":"x"}': '{"a":"x"}', null: '\\N' }, { '[]': 'wrong_type' }),
  row(
    'Array(JSON)',
    { '[{"a":"x"},{"b":[]}]': `['{"a":"x"}','{"b":[]}']`, '[]': '[]' },
    { '[{},1]': 'wrong_type [1]' },
  ),
  row(
    'Tuple(LowCardinality(String), Map(LowCardinality(String), Nullable(JSON)))',
    {
      '["a",{"x":{"y":"z"},"n":null}]': `('a',{'x':'{"y":"z"}','n':NULL})`,
      '["b",{}]': "('b',{})",
    },
    { '["a",{"x":1}]': 'wrong_type [1][0]' },
  ),
];
