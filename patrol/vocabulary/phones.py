"""Vietnamese for what phones send, and why something of it can't be taken."""

PHONE_REFUSAL = {
    "hash_differs": "Dữ liệu bị sai lệch trên đường gửi. Bản trên máy còn nguyên; máy sẽ gửi lại.",
    "outside_scope": "Lượt này ngoài phạm vi của đồng chí. Bản trên máy còn nguyên; hãy báo cho trực ban.",
    "id_taken": "Mã này đã dùng cho một tệp khác. Bản trên máy còn nguyên; hãy xuất ra tệp và báo cho quản trị.",
    "other_person": "Máy đang giữ bản ghi của người khác. Chưa có gì được gửi; người đó cần đăng nhập để gửi.",
    "sign_in": "Cần đăng nhập lại để gửi. Mọi bản ghi vẫn còn trên máy.",
    "password_change_needed": "Cần đổi mật khẩu được cấp trước khi gửi. Mọi bản ghi vẫn còn trên máy.",
    "failure": "Máy chủ đang bận hoặc gặp lỗi. Mọi bản ghi vẫn còn trên máy; máy sẽ tự gửi lại.",
    "not_a_queue": "Đây không phải tệp xuất từ trang điện thoại, hoặc tệp bị hỏng. Chưa có gì được nhận.",
    "no_file": "Chưa chọn tệp nào. Hãy chọn tệp đã xuất từ điện thoại.",
}
RECEIVED = {
    "superseded": "Đã có bản mới hơn từ chính máy này",
    "rejected": "Không nhận được",
    "waiting_content": "Chờ nội dung",
    "waiting_patrol": "Chờ lượt tuần tra",
    "attached": "Đã gắn vào lượt",
    "photo": "Ảnh",
    "track": "Vết đi",
}
