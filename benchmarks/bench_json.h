// build/bench.json: {"machine": …, "rows": [{"name", "members", "threads", …}]}.
#ifndef MUSTER_BENCHMARKS_BENCH_JSON_H_
#define MUSTER_BENCHMARKS_BENCH_JSON_H_

#include <google/protobuf/struct.pb.h>

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"

namespace muster::benchmarks {

// A row that has a name and a number of members, and nothing else yet.
google::protobuf::Struct NewRow(const std::string& name, uint64_t members);
void SetNumber(google::protobuf::Struct& row, const char* name, double value);

// Merges `rows` into the file. Existing rows of other programs on the same machine are kept, unless they have
// the same name, members and threads. A file of another machine, or with other content, is replaced.
absl::Status MergeRows(const std::string& path, const std::vector<google::protobuf::Struct>& rows);

}  // namespace muster::benchmarks

#endif  // MUSTER_BENCHMARKS_BENCH_JSON_H_
