#include "textflag.h"

// SAME is the same octet thirty-two times.
#define SAME(name, eight) \
	DATA name<>+0(SB)/8, $eight  \
	DATA name<>+8(SB)/8, $eight  \
	DATA name<>+16(SB)/8, $eight \
	DATA name<>+24(SB)/8, $eight \
	GLOBL name<>(SB), RODATA|NOPTR, $32

SAME(ats, 0x4040404040404040)
SAME(dots, 0x2e2e2e2e2e2e2e2e)
SAME(hyphens, 0x2d2d2d2d2d2d2d2d)
SAME(lows, 0x5f5f5f5f5f5f5f5f)     // _
SAME(pluses, 0x2b2b2b2b2b2b2b2b)
SAME(zeros, 0x3030303030303030)
SAME(nines, 0x0909090909090909)    // how many digits stand above 0
SAME(cases, 0x2020202020202020)    // the bit that small letters have
SAME(ps, 0x7070707070707070)
SAME(ls, 0x6c6c6c6c6c6c6c6c)
SAME(as, 0x6161616161616161)
SAME(zs, 0x1919191919191919)       // how many letters stand above a

// BITS sets `to` to the highest bits of the octets of Y2 and Y3.
#define BITS(to) \
	VPMOVMSKB Y2, to  \
	VPMOVMSKB Y3, CX  \
	SHLQ      $32, CX \
	ORQ       CX, to

// MASK sets `to` to the mask of the octets that equal those of `of`.
#define MASK(low, high, of, to) \
	VPCMPEQB of<>(SB), low, Y2  \
	VPCMPEQB of<>(SB), high, Y3 \
	BITS(to)

// AMONG sets `to` to the mask of the octets that are at most `most` above `first`.
#define AMONG(low, high, first, most, to) \
	VPSUBB   first<>(SB), low, Y2  \
	VPSUBB   first<>(SB), high, Y3 \
	VPMINUB  most<>(SB), Y2, Y6    \
	VPMINUB  most<>(SB), Y3, Y7    \
	VPCMPEQB Y6, Y2, Y2            \
	VPCMPEQB Y7, Y3, Y3            \
	BITS(to)

// func addressAVX2(a *Address, s *byte)
TEXT ·addressAVX2(SB), NOSPLIT, $0-16
	MOVQ    a+0(FP), DI
	MOVQ    s+8(FP), SI
	VMOVDQU (SI), Y0
	VMOVDQU 32(SI), Y1
	VPOR    cases<>(SB), Y0, Y4 // letters as small ones
	VPOR    cases<>(SB), Y1, Y5

	MASK(Y0, Y1, ats, R8)
	MOVQ R8, 0(DI) // at

	MASK(Y0, Y1, dots, R9)
	MOVQ R9, 8(DI) // dots

	MASK(Y0, Y1, hyphens, R10)
	MOVQ R10, 16(DI) // hyphens

	MASK(Y0, Y1, lows, R11)
	MASK(Y0, Y1, pluses, AX)
	ORQ  AX, R11
	MOVQ R11, 24(DI) // local only

	MASK(Y4, Y5, ps, AX)
	MOVQ AX, 40(DI) // ps

	MASK(Y4, Y5, ls, AX)
	MOVQ AX, 48(DI) // ls

	AMONG(Y4, Y5, as, zs, R12)
	VPSLLW $2, Y0, Y2 // the bit that small letters have comes first
	VPSLLW $2, Y1, Y3
	BITS(AX)
	ANDNQ  R12, AX, AX
	MOVQ   AX, 32(DI) // capitals

	AMONG(Y0, Y1, zeros, nines, AX)
	ORQ  R8, AX
	ORQ  R9, AX
	ORQ  R10, AX
	ORQ  R11, AX
	ORQ  R12, AX
	MOVQ AX, 56(DI) // common
	VZEROUPPER
	RET
