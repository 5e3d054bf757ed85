// build/bench.json: {"machine": …, "rows": [{"name", "members", "threads", …}]}.
#ifndef MUSTER_BENCHMARKS_BENCH_JSON_H_
#define MUSTER_BENCHMARKS_BENCH_JSON_H_

#include <google/protobuf/struct.pb.h>

#include <string>
#include <vector>

#include "absl/status/status.h"

namespace muster::benchmarks {

// Puts `rows` into the file. Rows that other programs of the same machine left there stay, but for those of
// the same name, members and threads; a file of another machine, or one that isn't such a file, is replaced.
absl::Status MergeRows(const std::string& path, const std::vector<google::protobuf::Struct>& rows);

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_BENCH_JSON_H_
