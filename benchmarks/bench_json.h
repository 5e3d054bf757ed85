// build/bench.json: {"machine": …, "rows": [{"name", "members", "threads", …}]}.
#ifndef MUSTER_BENCHMARKS_BENCH_JSON_H_
#define MUSTER_BENCHMARKS_BENCH_JSON_H_

#include <google/protobuf/struct.pb.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace muster::benchmarks {

// Merges `rows` into the file. Existing rows of other programs on the same machine are kept, unless they have
// the same name, members and threads. A file of another machine, or with other content, is replaced.
absl::Status MergeRows(const std::string& path, const std::vector<google::protobuf::Struct>& rows);

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_BENCH_JSON_H_
