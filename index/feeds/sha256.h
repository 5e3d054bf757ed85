// A SHA-256 in the making.
#ifndef MUSTER_INDEX_FEEDS_SHA256_H_
#define MUSTER_INDEX_FEEDS_SHA256_H_

#include <memory>
#include <string>
#include <string_view>

struct evp_md_ctx_st;

namespace muster::index {

// Of a sequence of texts, each of which counts with its length: two sequences never give the same bytes. Movable. Not
// thread-safe.
class Sha256 {
 public:
  Sha256();
  void Add(std::string_view text);
  // The 32 bytes of the sum. Call it once.
  std::string Finish();

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

}  // namespace muster::index

#endif  // MUSTER_INDEX_FEEDS_SHA256_H_
