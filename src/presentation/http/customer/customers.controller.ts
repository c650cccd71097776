import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import { CustomerQueries } from '../../../application/customer/customer-queries';
import { KeyScope, READS_CUSTOMERS, Roles } from '../access-decorators';
import { ReadsOnly } from '../audit/audited-routes';
import { BODY_READ_PROBLEMS, Problems, READ_PROBLEMS } from '../openapi-problems';
import { limitOf, PageQueryDto } from '../page-query.dto';
import { CustomerIdPipe } from './customer-id.pipe';
import { customerNotFound } from './customer-problems';
import { CustomerDto, customerDtoOf, CustomerPageDto, customerPageOf } from './customer.dto';
import { filterIn, SearchCustomersDto } from './search-customers.dto';

@ApiTags('customers')
@Controller({ path: 'customers', version: '1' })
@Roles(...READS_CUSTOMERS)
@KeyScope('customers:read')
export class CustomersController {
  constructor(private readonly queries: CustomerQueries) {}

  @Get()
  @ApiOperation({ operationId: 'listCustomers', summary: 'Customers, newest first' })
  @ApiResponse({ status: 200, type: CustomerPageDto, description: 'A page.' })
  @Problems(...READ_PROBLEMS, 'invalid_request')
  async list(@Query() query: PageQueryDto): Promise<CustomerPageDto> {
    return customerPageOf(await this.queries.list({}, limitOf(query), query.cursor ?? null));
  }

  @Post('search')
  @ReadsOnly()
  @HttpCode(200)
  @ApiOperation({
    operationId: 'searchCustomers',
    summary: 'The customers with an e-mail address, or the one with a subject',
  })
  @ApiResponse({ status: 200, type: CustomerPageDto, description: 'A page, newest first.' })
  @Problems(...BODY_READ_PROBLEMS)
  async search(@Body() body: SearchCustomersDto): Promise<CustomerPageDto> {
    return customerPageOf(await this.queries.list(filterIn(body), body.limit, body.cursor ?? null));
  }

  @Get(':id')
  @ApiOperation({ operationId: 'getCustomer', summary: 'A customer as it stands' })
  @ApiParam({ name: 'id', example: 'cus_01jd8x3v5ze6w9q2r4t7y8v1p0' })
  @ApiResponse({ status: 200, type: CustomerDto, description: 'The customer.' })
  @Problems(...READ_PROBLEMS, 'customer_not_found')
  async get(@Param('id', CustomerIdPipe) id: string): Promise<CustomerDto> {
    const view = await this.queries.get(id);
    if (view === null) throw customerNotFound();
    return customerDtoOf(view);
  }
}
