import { Body, Controller, Param, Patch, Post } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { Principal } from '../../../application/access/principal';
import { ChangeCustomer } from '../../../application/customer/change-customer';
import { CreateCustomer } from '../../../application/customer/create-customer';
import type { CustomerProblem } from '../../../application/customer/customer-problem';
import type { CustomerView } from '../../../application/customer/customer-view';
import { NOTHING_KNOWN } from '../../../domain/customer/customer';
import type { Result } from '../../../domain/shared/result';
import { CurrentPrincipal, KeyScope, Roles, WRITES_CUSTOMERS } from '../access-decorators';
import { OptionalIdempotencyKey, scopeOf, TakesIdempotencyKey } from '../idempotency';
import { PLAIN_WRITE_PROBLEMS, Problems } from '../openapi-problems';
import { changesIn, CustomerDetailsDto } from './customer-details.dto';
import { CustomerIdPipe } from './customer-id.pipe';
import { customerProblem } from './customer-problems';
import { CustomerDto, customerDtoOf } from './customer.dto';

@ApiTags('customers')
@Controller({ path: 'customers', version: '1' })
@Roles(...WRITES_CUSTOMERS)
@KeyScope('customers:write')
export class CustomerWritesController {
  constructor(
    private readonly createCustomer: CreateCustomer,
    private readonly changeCustomer: ChangeCustomer,
  ) {}

  @Post()
  @TakesIdempotencyKey()
  @ApiOperation({ operationId: 'createCustomer', summary: 'Create a customer, here and at Stripe' })
  @ApiResponse({
    status: 201,
    type: CustomerDto,
    description: 'The customer was created; where Stripe did not answer, its `stripeStatus` is `pending`.',
  })
  @Problems(...PLAIN_WRITE_PROBLEMS, 'subject_taken')
  async create(
    @CurrentPrincipal() principal: Principal,
    @OptionalIdempotencyKey() key: string | null,
    @Body() body: CustomerDetailsDto,
  ): Promise<CustomerDto> {
    const details = { ...NOTHING_KNOWN, ...changesIn(body) };
    const idempotency = key === null ? null : scopeOf(principal, 'POST /customers', key, { details });
    return shown(await this.createCustomer.execute({ details, idempotency }));
  }

  @Patch(':id')
  @TakesIdempotencyKey()
  @ApiOperation({ operationId: 'changeCustomer', summary: 'Change what is given; null clears' })
  @ApiParam({ name: 'id', example: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @ApiResponse({ status: 200, type: CustomerDto, description: 'The customer as it is now.' })
  @Problems(...PLAIN_WRITE_PROBLEMS, 'customer_not_found', 'subject_taken')
  async change(
    @CurrentPrincipal() principal: Principal,
    @Param('id', CustomerIdPipe) customerId: string,
    @OptionalIdempotencyKey() key: string | null,
    @Body() body: CustomerDetailsDto,
  ): Promise<CustomerDto> {
    const changes = changesIn(body);
    const asked = { customerId, changes };
    const idempotency = key === null ? null : scopeOf(principal, 'PATCH /customers/{id}', key, asked);
    return shown(await this.changeCustomer.execute({ ...asked, idempotency }));
  }
}

function shown(result: Result<CustomerView, CustomerProblem>): CustomerDto {
  if (!result.ok) throw customerProblem(result.error);
  return customerDtoOf(result.value);
}
