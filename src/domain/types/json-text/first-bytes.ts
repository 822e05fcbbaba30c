/** First bytes of the values null, true and false in JSON. */
export const NULL_START = 0x6e;
export const TRUE_START = 0x74;
export const FALSE_START = 0x66;
