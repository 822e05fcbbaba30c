/**
 * It is not certain that the flattened form would store exactly what the text does, so the column is sent as text. Thrown at
 * most once for a column of a block.
 */
export class Unsure extends Error {
  override readonly name = 'Unsure';
}
