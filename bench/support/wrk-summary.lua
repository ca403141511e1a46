-- Prints wrk's own counts as one line of JSON: its report for people leaves out what is zero.
done = function(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"durationUs":%d,"requests":%d,"bytes":%d,"p99Us":%d,"connect":%d,"read":%d,"write":%d,"timeout":%d,"status":%d}\n',
    summary.duration, summary.requests, summary.bytes, latency:percentile(99),
    errors.connect, errors.read, errors.write, errors.timeout, errors.status))
end
