"""Vietnamese for codes of accounts: refusals, and acts in the audit trail."""

ACCOUNT_REFUSAL = {
    "wrong_code": "Mã không đúng hoặc đã dùng rồi. Hãy chờ mã mới trong ứng dụng rồi nhập lại.",
    "factor_is_on": "Xác thực hai lớp đã bật từ trước.",
    "half_too_old": "Đã quá 5 phút từ lúc nhập mật khẩu. Hãy nhập lại từ đầu.",
    "account_idle": "Tài khoản đang tắt vì lâu không dùng.",
    "second_factor_needed": "Cần bật xác thực hai lớp ở trang An toàn tài khoản trước. Mọi bản ghi vẫn còn trên máy.",
    "password_few_kinds": "Mật khẩu cần thêm loại ký tự: chữ thường, chữ hoa, chữ số và dấu như - . !",
    "password_used_before": "Mật khẩu này đã dùng trước đây. Hãy đặt mật khẩu khác.",
}
ACCOUNT_ACTION = {
    "account.transferred": "Chuyển đơn vị, vai trò",
    "account.reviewed": "Rà soát tài khoản",
    "account.factor_on": "Bật xác thực hai lớp",
    "account.factor_off": "Tắt xác thực hai lớp",
    "account.recovery_code_used": "Dùng mã dự phòng",
    "account.recovery_codes_made": "Lập mã dự phòng mới",
    "session.code_refused": "Mã xác thực không đúng",
    "session.idle": "Từ chối: tài khoản lâu không dùng",
    "session.ended": "Đăng xuất thiết bị từ xa",
}
