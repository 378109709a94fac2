/** Stands for the api's inner parts, which bring Node's types along. The client needs none of them. */
export {};
