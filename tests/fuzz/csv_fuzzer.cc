// libFuzzer over the record cutter; the corpus is tests/fuzz/corpus/csv.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/csv_body.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string wrong = muster::fuzz::CheckCsv({reinterpret_cast<const char*>(bytes), size});
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
  }
  return 0;
}
