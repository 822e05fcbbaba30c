import { MAX_256, MIN_256, NULL, row, same, type TypeRow } from './type-row.js';

/** Values at and beyond the limits of the types. */
export const NUMBER_ROWS: readonly TypeRow[] = [
  row(
    'Int8',
    { ...same('-128', '127', '0'), '7.0': '7', '7e0': '7', '-0': '0' },
    {
      ...NULL,
      '128': 'out_of_range',
      '-129': 'out_of_range',
      '300': 'out_of_range',
      '1.5': 'not_whole',
      '"5"': 'wrong_type',
      true: 'wrong_type',
      '[1]': 'wrong_type',
    },
    { silent: { '300': '44', '-129': '127', true: '1', '"5"': '5', null: '0' } },
  ),
  row(
    'UInt8',
    same('0', '255'),
    { ...NULL, '256': 'out_of_range', '-1': 'out_of_range' },
    { silent: { '256': '0' } },
  ),
  row(
    'Int16',
    same('-32768', '32767'),
    { ...NULL, '32768': 'out_of_range', '-32769': 'out_of_range' },
    { silent: { '32768': '-32768' } },
  ),
  row(
    'UInt16',
    same('0', '65535'),
    { ...NULL, '65536': 'out_of_range', '-1': 'out_of_range' },
    { silent: { '65536': '0' } },
  ),
  row(
    'Int32',
    same('-2147483648', '2147483647'),
    {
      ...NULL,
      '2147483648': 'out_of_range',
      '-2147483649': 'out_of_range',
      '1e400': 'out_of_range',
      '1e-400': 'not_whole',
    },
    { silent: { '2147483648': '-2147483648' } },
  ),
  row(
    'UInt32',
    { ...same('0', '4294967295'), '4.294967295e9': '4294967295' },
    { ...NULL, '4294967296': 'out_of_range', '-1': 'out_of_range' },
    { silent: { '4294967296': '0' } },
  ),
  row(
    'Int64',
    {
      ...same(
        '-9223372036854775808',
        '9223372036854775807',
        '9007199254740993',
        '-4294967296',
        '-4294967297',
      ),
      '"-5"': '-5',
      '1e18': '1000000000000000000',
    },
    {
      ...NULL,
      '9223372036854775808': 'out_of_range',
      '-9223372036854775809': 'out_of_range',
      '1e19': 'out_of_range',
      '0.5': 'not_whole',
      '"007"': 'wrong_type',
      '"1e3"': 'wrong_type',
      '""': 'wrong_type',
      false: 'wrong_type',
    },
    { silent: { '9223372036854775808': '-9223372036854775808' } },
  ),
  row(
    'UInt64',
    {
      ...same('0', '18446744073709551615', '9999999999999999999', '10000000000000000000'),
      '"18446744073709551615"': '18446744073709551615',
    },
    {
      ...NULL,
      '18446744073709551616': 'out_of_range',
      '-1': 'out_of_range',
      '1e20': 'out_of_range',
    },
    { silent: { '18446744073709551616': '0' } },
  ),
  row('Int128', same(String(-(2n ** 127n)), String(2n ** 127n - 1n), '-1', '5'), {
    ...NULL,
    [String(2n ** 127n)]: 'out_of_range',
  }),
  row('UInt128', same(String(2n ** 128n - 1n), '0', '18446744073709551616'), {
    ...NULL,
    [String(2n ** 128n)]: 'out_of_range',
    '-1': 'out_of_range',
  }),
  row('Int256', same(MIN_256, String(2n ** 255n - 1n), '-1'), {
    ...NULL,
    [String(2n ** 255n)]: 'out_of_range',
  }),
  row(
    'UInt256',
    { ...same(MAX_256, '0'), [`"${MAX_256}"`]: MAX_256 },
    { ...NULL, [String(2n ** 256n)]: 'out_of_range', '1e78': 'out_of_range' },
  ),
  row(
    'Float32',
    { ...same('0.1', '-1.5', '3.4028235e38'), '16777217': '16777216', '1e-50': '0' },
    { ...NULL, '3.5e38': 'out_of_range', '"1"': 'wrong_type', '"nan"': 'wrong_type' },
    { silent: { '3.5e38': 'inf', '"nan"': 'nan' } },
  ),
  row(
    'Float64',
    { ...same('0.1', '-0', '1.7976931348623157e308', '5e-324'), '1e-400': '0' },
    { ...NULL, '1e309': 'out_of_range', '"inf"': 'wrong_type' },
    { silent: { '1e309': 'inf', '"inf"': 'inf' } },
  ),
  row(
    'BFloat16',
    { '1.5': '1.5', '-2': '-2', '1.01': '1.0078125' },
    { ...NULL, '1e39': 'out_of_range' },
  ),
  row(
    'Bool',
    same('true', 'false'),
    { ...NULL, '1': 'wrong_type', '0': 'wrong_type', '"true"': 'wrong_type' },
    { silent: { '1': 'true' } },
  ),
  row(
    'Decimal(9, 2)',
    {
      ...same('12.34', '-9999999.99', '9999999.99'),
      '"-0.05"': '-0.05',
      '12.340': '12.34',
      '1.2e1': '12',
      '-0.00': '0',
    },
    {
      ...NULL,
      '12.345': 'too_precise',
      '10000000': 'out_of_range',
      '"1,5"': 'wrong_type',
      '""': 'wrong_type',
      true: 'wrong_type',
    },
    { silent: { '12.345': '12.34' } },
  ),
  row(
    'Decimal(18, 4)',
    same('-99999999999999.9999', '99999999999999.9999', '0.0001'),
    { ...NULL, '100000000000000': 'out_of_range', '0.00001': 'too_precise' },
    { silent: { '0.00001': '0' } },
  ),
  row('Decimal(38, 10)', same('1234567890123456789012345678.0123456789', '-1'), {
    ...NULL,
    '10000000000000000000000000000': 'out_of_range',
  }),
  row('Decimal(76, 20)', same(`${'9'.repeat(56)}.${'9'.repeat(20)}`, '-1.5'), {
    ...NULL,
    [`1${'0'.repeat(56)}`]: 'out_of_range',
  }),
];
