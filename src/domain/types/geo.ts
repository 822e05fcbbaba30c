import type { ColumnType, TypeFamily } from './column-type.js';
import { expectNoArguments } from './type-arguments.js';
import { parseType } from './text/parse-type.js';

const POINT = 'Tuple(Float64, Float64)';

/** The type that each shape consists of. */
const SHAPES: Readonly<Record<string, string>> = {
  Point: POINT,
  Ring: `Array(${POINT})`,
  LineString: `Array(${POINT})`,
  MultiLineString: `Array(Array(${POINT}))`,
  Polygon: `Array(Array(${POINT}))`,
  MultiPolygon: `Array(Array(Array(${POINT})))`,
};

/** Geometric shapes: names for Arrays and Tuples of numbers. */
export const geo: TypeFamily = {
  names: Object.keys(SHAPES),
  rule: {
    types: 'Point, Ring, LineString, MultiLineString, Polygon, MultiPolygon',
    accepts: 'arrays of numbers, as GeoJSON has them in `coordinates`: a Point is `[x, y]`',
    rejectedAs: ['wrong_type', 'null_value', 'out_of_range'],
    reads: {},
    inJavaScript: 'arrays of numbers',
  },
  create(node, createInner): ColumnType {
    expectNoArguments(node);
    // Sent as the underlying type. The server converts it without a change.
    return { ...createInner(parseType(SHAPES[node.name]!)), node, text: node.name };
  },
};
