interface Options {
  message?: string;
  $metadata: object;
}

type ErrorConstructor = new (options: Options & { name: string; $fault: string }) => Error;

/** Makes the error classes of a service, each of which the SDK writes out in full. */
export const errorClasses =
  (Base: ErrorConstructor, namespace: string) =>
  (className: string, fault: "client" | "server", members: string[], retryable?: object) => {
    class ServiceError extends Base {
      static override readonly name = className;
      static readonly shapeId = `${namespace}#${className}`;
      override name = className;
      $fault = fault;

      constructor(options: Options & Record<string, unknown>) {
        super({ name: className, $fault: fault, ...options });
        // The constructor of the base makes every error one of its own.
        Object.setPrototypeOf(this, ServiceError.prototype);
        if (retryable) Object.assign(this, { $retryable: retryable });
        for (const member of members) Object.assign(this, { [member]: options[member] });
      }
    }
    return ServiceError;
  };
