const endpoints = {
  "GET /api/health": "the state of every dependency; 503 when one is down",
  "GET /api/version": "environment and release",
  "GET /api/segmentations?limit=20": "the newest segmentations",
  "POST /api/segmentations": "{ title, cells } → 201",
  "GET /api/counter": "the visits so far",
  "POST /api/counter": "one more visit",
  "PUT /api/counter": "sets the counter to the number in the body",
  "POST /api/login": "{ user } → { token, refreshToken }",
  "POST /api/refresh": "{ refreshToken } → { token, refreshToken }",
  "GET /api/me": "who the bearer of the token is",
  "POST /api/uploads?name=cells.png": "a body of any size → 201 { id, size, sha256 }",
  "DELETE /api/uploads/<id>": "removes an upload",
  "GET /uploads/<id>": "the upload, byte for byte",
  "WS /socket.io/": "a hello, then an echo",
  "POST /api/ml/infer": "{ image: number[][] } → the cells in it (answered by ml)",
};

/** What the interface offers. */
export function apiDocs(): Response {
  return Response.json({ title: "Cell Hub", endpoints });
}
