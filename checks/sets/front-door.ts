/** The port that the proxy will publish, and the address at which nothing else may hold it. */
export function frontDoorPort(frontDoor: string): { port: number; address: string } {
  const { hostname, port, protocol } = new URL(frontDoor);
  const usual = protocol === "https:" ? 443 : 80;
  const loopback = hostname === "localhost" || hostname.startsWith("127.");
  return { port: port === "" ? usual : Number(port), address: loopback ? "127.0.0.1" : "0.0.0.0" };
}
