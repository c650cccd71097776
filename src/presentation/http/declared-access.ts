import { Injectable, type OnModuleInit } from '@nestjs/common';
import { PATH_METADATA } from '@nestjs/common/constants';
import { DiscoveryService, MetadataScanner, Reflector } from '@nestjs/core';
import { ACCESS, KEY_SCOPE, takesKeys, type Access } from './access-decorators';

type Lacks = (access: Access | undefined, scope: unknown) => boolean;

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
    const scopeless = this.routesWhere(
      (access, scope) => access !== undefined && takesKeys(access) && scope === undefined,
    );
    if (scopeless.length > 0) throw new Error(`Routes without @KeyScope(…): ${scopeless.join(', ')}`);
  }

  private routesWhere(lacks: Lacks): string[] {
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
    lacks: Lacks,
  ): boolean {
    if (handler === undefined || !Reflect.hasMetadata(PATH_METADATA, handler)) return false;
    const places = [handler, controller];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, places);
    return lacks(access, this.reflector.getAllAndOverride<unknown>(KEY_SCOPE, places));
  }
}
