import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS } from './access-decorators';

/** Refuses to start while a route does not say who may use it. */
@Injectable()
export class DeclaredAccess implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const undeclared = this.undeclared();
    if (undeclared.length === 0) return;
    throw new Error(`Routes without @Roles(…) or @Public(): ${undeclared.join(', ')}`);
  }

  private undeclared(): string[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((method) => this.isOpenRoute(prototype[method], metatype))
        .map((method) => `${metatype.name}.${method}`);
    });
  }

  private isOpenRoute(handler: (() => unknown) | undefined, controller: Parameters<Reflector['get']>[1]): boolean {
    if (handler === undefined || !Reflect.hasMetadata(PATH_METADATA, handler)) return false;
    return this.reflector.getAllAndOverride<unknown>(ACCESS, [handler, controller]) === undefined;
  }
}
