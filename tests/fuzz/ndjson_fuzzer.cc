// libFuzzer over the reader of JSON objects; the corpus is tests/fuzz/corpus/ndjson.
#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/fuzz/ndjson_body.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* bytes, size_t size) {
  const std::string wrong = muster::fuzz::CheckNdjson({reinterpret_cast<const char*>(bytes), size});
  if (!wrong.empty()) {
    std::fprintf(stderr, "%s\n", wrong.c_str());
    std::abort();
  }
  return 0;
}
