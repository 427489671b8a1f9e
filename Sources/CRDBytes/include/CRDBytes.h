void rd_placeholder(void);
