#include "index/feeds/sha256.h"

#include <openssl/evp.h>

#include "index/storage/pages/keys.h"

namespace muster::index {

// OpenSSL always has this sum; only its memory could fail.
Sha256::Sha256() : context_(EVP_MD_CTX_new()) { EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr); }

void Sha256::Free::operator()(evp_md_ctx_st* context) const { EVP_MD_CTX_free(context); }

void Sha256::Add(std::string_view text) {
  const Key<8> size = MakeKey64(text.size());
  EVP_DigestUpdate(context_.get(), size.bytes.data(), size.bytes.size());
  EVP_DigestUpdate(context_.get(), text.data(), text.size());
}

std::string Sha256::Finish() {
  std::string sum(EVP_MAX_MD_SIZE, '\0');
  unsigned int size = 0;
  EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(sum.data()), &size);
  sum.resize(size);
  return sum;
}

}  // namespace muster::index
