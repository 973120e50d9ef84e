/* What newer editions of Unicode add to the library's; see the .c file. */
#ifndef COMPILER_STAR_UNICODE_NEW_H
#define COMPILER_STAR_UNICODE_NEW_H

#include <stdbool.h>
#include <stdint.h>

bool star_new_alpha(uint32_t c);
bool star_new_numeric(uint32_t c);
bool star_new_upper(uint32_t c);
bool star_new_lower(uint32_t c);
/* c itself if there is no new case of it. */
uint32_t star_new_to_upper(uint32_t c);
uint32_t star_new_to_lower(uint32_t c);

#endif
