/** What the list of modules must be able to see: a package of Azure that is imported while the program runs. */
await import("@azure/arm-appcontainers");
