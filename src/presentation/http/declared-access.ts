import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS, KEY_SCOPE } from './access-decorators';

/** Refuses to start while a route does not say who may use it, and with which scope a key may. */
@Injectable()
export class DeclaredAccess implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly scanner: MetadataScanner,
    private readonly reflector: Reflector,
  ) {}

  onModuleInit(): void {
    const open = this.routesWhere((access) => access === undefined);
    if (open.length > 0) throw new Error(`Routes without @Roles(…) or @Public(): ${open.join(', ')}`);
    const scopeless = this.routesWhere((access, scope) => access !== 'public' && scope === undefined);
    if (scopeless.length > 0) throw new Error(`Routes without @KeyScope(…): ${scopeless.join(', ')}`);
  }

  private routesWhere(lacks: (access: unknown, scope: unknown) => boolean): string[] {
    return this.discovery.getControllers().flatMap(({ metatype }) => {
      if (typeof metatype !== 'function') return [];
      const prototype = metatype.prototype as Record<string, () => unknown>;
      return this.scanner
        .getAllMethodNames(prototype)
        .filter((method) => this.isRoute(prototype[method], metatype, lacks))
        .map((method) => `${metatype.name}.${method}`);
    });
  }

  private isRoute(
    handler: (() => unknown) | undefined,
    controller: Parameters<Reflector['get']>[1],
    lacks: (access: unknown, scope: unknown) => boolean,
  ): boolean {
    if (handler === undefined || !Reflect.hasMetadata(PATH_METADATA, handler)) return false;
    const declared = (key: string) => this.reflector.getAllAndOverride<unknown>(key, [handler, controller]);
    return lacks(declared(ACCESS), declared(KEY_SCOPE));
  }
}
