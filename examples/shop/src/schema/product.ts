import { defineEntity, p } from '@mikro-orm/core';

/**
 * A product, for whoever keeps the catalogue. Sales raise `version` with every commit, and the ORM writes
 * only where it has found the version that it read, so neither undoes the other's work.
 */
export const Product = defineEntity({
  name: 'Product',
  schema: 'shop',
  tableName: 'products',
  properties: {
    id: p.integer().primary(),
    name: p.string(),
    priceCents: p.integer(),
    stockQuantity: p.integer(),
    reservedQuantity: p.integer(),
    version: p.integer().version(),
  },
});
