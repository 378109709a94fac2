import { type MikroORM, OptimisticLockError } from '@mikro-orm/core';
import { checkWhole } from './check-input.ts';
import { Product } from './schema/product.ts';

/** How often a change that sales were faster than is made again. */
const attemptCountMax = 50;

/**
 * Changes a price, as whoever keeps the catalogue does it, with the ORM. Sales go on meanwhile: the version
 * tells whether one came between, and then the product is read again. Lines keep the price they have.
 *
 * @throws OptimisticLockError where sales were faster every time; NotFoundError.
 * @example await setPrice(orm, { productId: 7, priceCents: 3900 })
 */
export async function setPrice(
  orm: MikroORM,
  { productId, priceCents }: { readonly productId: number; readonly priceCents: number },
): Promise<void> {
  checkWhole('priceCents', priceCents, 0);
  for (let attempt = 1; ; attempt += 1) {
    try {
      const em = orm.em.fork();
      const product = await em.findOneOrFail(Product, { id: productId });
      product.priceCents = priceCents;
      await em.flush();
      return;
    } catch (error) {
      if (!(error instanceof OptimisticLockError) || attempt === attemptCountMax) throw error;
    }
  }
}
