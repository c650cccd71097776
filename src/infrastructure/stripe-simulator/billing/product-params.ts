import { arrayOf, clearable, flag, ignored, integer, metadata, object, oneOf, text, type Values } from '../core/schema';
import { defaultPriceParam } from './price-params';

const described = {
  active: flag,
  images: clearable(arrayOf(text())),
  marketing_features: clearable(arrayOf(object({ name: text({ max: 80 }) }, ['name']))),
  metadata,
  package_dimensions: clearable(
    object({ height: integer(), length: integer(), weight: integer(), width: integer() }, [
      'height',
      'length',
      'weight',
      'width',
    ]),
  ),
  shippable: flag,
  statement_descriptor: text({ max: 22 }),
  tax_code: clearable(text()),
  tax_details: ignored,
  unit_label: clearable(text({ max: 12 })),
  url: clearable(text()),
};

export const createProductShape = {
  ...described,
  default_price_data: defaultPriceParam,
  description: text({ max: 40_000 }),
  id: text(),
  name: text({ max: 250 }),
  type: oneOf('good', 'service'),
};

export const updateProductShape = {
  ...described,
  default_price: text(),
  description: clearable(text({ max: 40_000 })),
  name: text({ max: 250 }),
};

export type CreateProductParams = Values<typeof createProductShape, 'name'>;
export type UpdateProductParams = Values<typeof updateProductShape>;
